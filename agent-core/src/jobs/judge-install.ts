import type { Plan, PlanItem, PlanRemoval, Receipt, Restarts, Verification } from "@redflag/plugin-sdk";
import type { CommandItemInput, FailureInput } from "../protocol/operations.js";
import { visibleText } from "../text/visible-text.js";
import type { CommandOutcome } from "./command-sink.js";
import { failureOf } from "./wire-failure.js";
import { reasonsToWire } from "./wire-plan.js";

/** What is known after an installation, from the plugin's receipt and from looking again. */
export interface InstallEvidence {
  readonly plan: Plan;
  /** Absent: the installation did not come to its end. */
  readonly receipt?: Receipt;
  readonly restart?: Restarts;
  /** What the package database says afterwards; absent when the source cannot tell. */
  readonly verifications?: readonly Verification[];
  /** Why the installation did not come to its end, or why it could not be looked at. */
  readonly failure?: FailureInput;
}

/** Judges an installation by what is on the machine now, whatever anybody reported on the way. */
export function judgeInstall(evidence: InstallEvidence): CommandOutcome {
  const { plan, receipt, restart } = evidence;
  const items = [...plan.items, ...plan.alsoInstalls, ...plan.alsoRemoves].map((item) =>
    judgeItem(item, evidence),
  );
  const done = items.filter((item) => item.outcome === "SUCCEEDED").length;
  const shared = {
    items,
    ...(receipt === undefined ? {} : { receipt: JSON.stringify(receipt) }),
    ...(restart === undefined
      ? {}
      : { restart: restartKind(restart), restartReasons: reasonsToWire(restart) }),
  };
  if (done === items.length) return { state: "SUCCEEDED", ...shared };
  const failure =
    evidence.failure ??
    failureOf(
      "COMMAND_FAILED",
      `${items.length - done} of ${items.length} packages are not as the plan says.`,
    );
  return { state: done > 0 ? "PARTIALLY_SUCCEEDED" : "FAILED", failure, ...shared };
}

function judgeItem(item: PlanItem | PlanRemoval, evidence: InstallEvidence): CommandItemInput {
  const line = evidence.verifications?.find((one) => one.key === item.key);
  const told = evidence.receipt?.items.find((one) => one.key === item.key);
  const toVersion = line ? line.installedVersion : (told?.toVersion ?? null);
  const message = line?.message ?? told?.message;
  return {
    key: item.key,
    name: item.name,
    ...(item.arch === undefined ? {} : { architecture: item.arch }),
    outcome: outcomeOf(item, line, told?.outcome),
    ...(item.fromVersion === null ? {} : { fromVersion: item.fromVersion }),
    ...(toVersion === null ? {} : { toVersion }),
    ...(message === undefined ? {} : { message: visibleText(message, 4_000) }),
  };
}

function outcomeOf(
  item: PlanItem | PlanRemoval,
  line: Verification | undefined,
  told: Receipt["items"][number]["outcome"] | undefined,
): CommandItemInput["outcome"] {
  if (line) {
    if (line.ok) return "SUCCEEDED";
    return line.state !== "broken" && line.installedVersion === item.fromVersion ? "SKIPPED" : "FAILED";
  }
  if (told === "installed" || told === "removed") return "SUCCEEDED";
  return told === "unchanged" ? "SKIPPED" : "FAILED";
}

function restartKind({ services, sessions = [], system }: Restarts): NonNullable<CommandOutcome["restart"]> {
  if (system === true) return "SYSTEM";
  if (services !== null && services.length > 0) return "SERVICE";
  if (sessions.length > 0) return "SESSION";
  return system === null || services === null ? "UNKNOWN" : "NONE";
}
