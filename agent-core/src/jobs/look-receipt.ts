import type { Plan, PlanItem, PlanRemoval, Receipt, ReceiptItem } from "@redflag/plugin-sdk";
import type { InstallEvidence } from "./judge-install.js";

/** When a change began and ended, in milliseconds since the epoch. */
export interface ChangeTimes {
  readonly startedAt: number;
  readonly finishedAt: number;
}

/**
 * The receipt of a change: the plugin's own, or, when the change was cut off before there was one, what the package
 * database said afterwards.
 */
export function receiptOf(evidence: InstallEvidence, times: ChangeTimes): Receipt {
  const { plan, receipt } = evidence;
  if (receipt) return receipt;
  const items = [
    ...plan.items.map((item) => lineOf(item, "selected", evidence)),
    ...plan.alsoInstalls.map((item) => lineOf(item, "also-installed", evidence)),
    ...plan.alsoRemoves.map((item) => lineOf(item, "also-removed", evidence)),
  ];
  return {
    ...identity(plan),
    startedAt: new Date(times.startedAt).toISOString(),
    finishedAt: new Date(times.finishedAt).toISOString(),
    outcome: outcomeOf(items),
    items,
  };
}

const identity = ({ id, digest, source, token }: Plan) => ({
  planId: id,
  planDigest: digest,
  source,
  token,
});

function lineOf(
  item: PlanItem | PlanRemoval,
  role: ReceiptItem["role"],
  { verifications }: InstallEvidence,
): ReceiptItem {
  const { key, name, arch, fromVersion } = item;
  const about = { key, name, ...(arch === undefined ? {} : { arch }), fromVersion, role };
  const line = verifications?.find((one) => one.key === key);
  if (!line) {
    return { ...about, toVersion: null, outcome: "failed", message: "What became of it was not to be told." };
  }
  const done = role === "also-removed" ? "removed" : "installed";
  const notDone = line.installedVersion === fromVersion && line.state !== "broken" ? "unchanged" : "failed";
  return { ...about, toVersion: line.installedVersion, outcome: line.ok ? done : notDone };
}

function outcomeOf(items: readonly ReceiptItem[]): Receipt["outcome"] {
  const done = items.filter(({ outcome }) => outcome === "installed" || outcome === "removed").length;
  if (done === items.length) return "succeeded";
  return done > 0 ? "partial" : "failed";
}
