import type { Command } from "./command-fragment.js";
import { isActive, movesPackages } from "./command-words.js";

/** One step on the way of a command. */
export interface RunStep {
  readonly label: string;
  readonly is: "done" | "now" | "open" | "failed";
  /** When it was reached; null when it was not or when it is not known. */
  readonly at: string | null;
}

type Facts = Pick<
  Command,
  "type" | "state" | "isLocal" | "requestedAt" | "claimedAt" | "startedAt" | "finishedAt"
> & {
  /** Those that it installs or takes back. */
  readonly updates: readonly { readonly state: string; readonly verifiedAt: string | null }[];
  /** INSTALL: the latest command that takes it back. */
  readonly rolledBackBy: { readonly state: string } | null;
};

const DONE: Partial<Record<Facts["type"], string>> = { INSTALL: "Installed", ROLLBACK: "Rolled back" };

/**
 * The way of a command as steps. An install has one step more than the others: installed is not proved until a later
 * complete scan no longer lists the updates. So has a rollback, until one lists them again. What no update is known of
 * has nothing to be proved, and what was started at the machine was never handed over.
 */
export function runSteps(command: Facts): readonly RunStep[] {
  const { type, state, claimedAt, startedAt, finishedAt } = command;
  const succeeded = state === "SUCCEEDED";
  const step = (label: string, at: string | null, isNow: boolean): RunStep => ({
    label,
    at,
    is: at ? "done" : isNow ? "now" : "open",
  });
  const steps: RunStep[] = [
    { label: "Asked", is: "done", at: command.requestedAt },
    ...(command.isLocal ? [] : [step("Taken by the agent", claimedAt, state === "QUEUED")]),
    step("Begun", startedAt, state === "CLAIMED"),
  ];
  if (isActive(state)) {
    steps.push(step(DONE[type] ?? "Done", null, state === "RUNNING"));
  } else if (succeeded) {
    steps.push({ label: DONE[type] ?? "Done", is: "done", at: finishedAt });
  } else {
    const label = {
      PARTIALLY_SUCCEEDED: `Partly ${(DONE[type] ?? "Done").toLowerCase()}`,
      CANCELLED: "Cancelled",
      EXPIRED: "Expired",
    };
    steps.push({ label: label[state as keyof typeof label] ?? "Failed", is: "failed", at: finishedAt });
  }
  if (!movesPackages(type) || command.updates.length === 0) return steps;
  if (command.rolledBackBy?.state === "SUCCEEDED") {
    return [...steps, { label: "Rolled back", is: "done", at: null }];
  }
  const proof = verifiedAt(command);
  const waits = succeeded || state === "PARTIALLY_SUCCEEDED";
  const needsRestart = command.updates.some((update) => update.state === "RESTART_NEEDED");
  return [...steps, step(needsRestart ? "Restart needed" : "Verified by a scan", proof, waits)];
}

/** When the last of the updates was proved by a scan, installed or rolled back; null while one of them is not. */
export function verifiedAt({ type, updates }: Pick<Facts, "type" | "updates">): string | null {
  const proved = type === "ROLLBACK" ? "ROLLED_BACK" : "VERIFIED";
  const moments = updates.map((update) => (update.state === proved ? update.verifiedAt : null));
  if (moments.length === 0 || moments.includes(null)) return null;
  return (
    moments
      .filter((at) => at !== null)
      .toSorted()
      .at(-1) ?? null
  );
}
