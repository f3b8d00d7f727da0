import { type Plan, planDigest, type PlanItem, type PlanRemoval, type Receipt } from "@redflag/plugin-sdk";

const PLAN_LIFE_MS = 60_000;

type Line = Receipt["items"][number];

/**
 * What a rollback is to reach, as a plan: by it what came of the rollback is judged. Nobody installs it.
 *
 * @param now in milliseconds since the epoch.
 */
export function rollbackPlan(receipt: Receipt, now: number): Plan {
  const moved = receipt.items.filter(isMoved);
  const content = {
    items: moved.flatMap((line) => goingBack(line) ?? []),
    alsoInstalls: moved.flatMap((line) => comingBack(line) ?? []),
    alsoRemoves: moved.flatMap((line) => goingAway(line) ?? []),
  };
  return {
    ...content,
    id: receipt.planId,
    source: receipt.source,
    restarts: { services: null, system: null },
    blockers: [],
    digest: planDigest(content),
    expiresAt: new Date(now + PLAN_LIFE_MS).toISOString(),
    token: "",
  };
}

/** Whether an installation changed a package. One whose state could not be told counts as changed. */
export function isMoved({ fromVersion, toVersion, outcome }: Line): boolean {
  return outcome !== "unchanged" && fromVersion !== toVersion;
}

const named = ({ key, name, arch }: Line) => ({ key, name, ...(arch === undefined ? {} : { arch }) });

function goingBack(line: Line): PlanItem | undefined {
  const { fromVersion, toVersion } = line;
  if (fromVersion === null || toVersion === null) return undefined;
  return { ...named(line), fromVersion: toVersion, toVersion: fromVersion };
}

function comingBack(line: Line): PlanItem | undefined {
  const { fromVersion, toVersion } = line;
  if (fromVersion === null || toVersion !== null) return undefined;
  return { ...named(line), fromVersion: null, toVersion: fromVersion };
}

function goingAway(line: Line): PlanRemoval | undefined {
  const { fromVersion, toVersion } = line;
  return fromVersion === null && toVersion !== null ? { ...named(line), fromVersion: toVersion } : undefined;
}
