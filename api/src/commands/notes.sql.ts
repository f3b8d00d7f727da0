import type { Sql, Tx } from "../database/sql.js";
import type { CommandHead } from "./commands.sql.js";
import type { PlanContents } from "./plans-of-commands.js";
import type { ReleaseNotes } from "./read-notes.js";

/** The one update that each RELEASE_NOTES command among these asks about, by plain command id. */
export async function askedAbout(
  sql: Sql,
  commands: readonly Pick<CommandHead, "id" | "type" | "updateIds">[],
): Promise<ReadonlyMap<string, PlanContents>> {
  const asking = commands.filter(({ type }) => type === "RELEASE_NOTES");
  if (asking.length === 0) return new Map();
  const rows = await sql.query<PlanContents["updates"][number]>(
    `select id as "updateId", key, candidate_version as "candidateVersion" from updates where id = any($1::uuid[])`,
    [asking.flatMap(({ updateIds }) => updateIds)],
    "commands.asked-about",
  );
  return new Map(
    asking.map(({ id, updateIds }) => [
      id,
      { updates: rows.filter(({ updateId }) => updateIds.includes(updateId)), transaction: null },
    ]),
  );
}

/** Keeps what a RELEASE_NOTES command brought. Newer ones of the same update take its place. */
export async function keepNotes(
  tx: Tx,
  command: Pick<CommandHead, "id" | "updateIds">,
  { text, isTruncated, advisories }: ReleaseNotes,
): Promise<void> {
  await tx.query(
    `insert into update_release_notes (update_id, command_id, text, is_truncated, advisories)
     select unnest($1::uuid[]), $2, $3, $4, $5
     on conflict (update_id) do update set command_id = excluded.command_id, text = excluded.text,
       is_truncated = excluded.is_truncated, advisories = excluded.advisories, fetched_at = now()`,
    [command.updateIds, command.id, text, isTruncated, advisories],
    "commands.keep-notes",
  );
}
