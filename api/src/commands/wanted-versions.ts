import type { Tx } from "../database/sql.js";
import type { CommandParts } from "./command-parts.js";
import type { CommandHead } from "./commands.sql.js";
import type { WantedVersion } from "./judge-updates.js";

/**
 * Which version each update's package shall have after a command: after an INSTALL the plan's, after a ROLLBACK the one
 * that the install found.
 */
export async function wantedVersions(
  { plans }: CommandParts,
  tx: Tx,
  { planId, rollsBack, updateIds }: Pick<CommandHead, "planId" | "rollsBack" | "updateIds">,
): Promise<readonly WantedVersion[]> {
  if (rollsBack !== null) {
    return await tx.query<WantedVersion>(
      `select u.id as "updateId", u.key, item ->> 'fromVersion' as version
       from commands c cross join jsonb_array_elements(c.items) item join updates u on u.key = item ->> 'key'
       where c.id = $1 and u.id = any($2::uuid[])`,
      [rollsBack, updateIds],
      "commands.versions-before",
    );
  }
  const contents = planId === null ? undefined : (await plans.contents(tx, [planId])).get(planId);
  return (contents?.updates ?? []).map(({ updateId, key, candidateVersion }) => ({
    updateId,
    key,
    version: candidateVersion,
  }));
}
