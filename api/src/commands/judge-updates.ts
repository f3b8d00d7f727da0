import { movesPackages } from "./command-kinds.js";
import type { CommandItem, CommandPayload, Failure, UpdateOutcome } from "./commands.events.js";
import type { CommandHead } from "./commands.sql.js";

/** How an INSTALL or a ROLLBACK ended, as far as it is known. */
export interface Ending {
  readonly command: Pick<CommandHead, "type" | "updateIds">;
  /** Which version each update's package shall have afterwards; null when nothing was begun or nothing is known. */
  readonly wanted: readonly WantedVersion[] | null;
  readonly state: CommandPayload<"command.finished">["state"] | "EXPIRED";
  readonly failure: Failure | null;
  readonly items: readonly CommandItem[];
}

/** The version that a package shall have afterwards. */
export interface WantedVersion {
  readonly updateId: string;
  readonly key: string;
  /** Null: it shall not be installed. */
  readonly version: string | null;
}

const NOT_REPORTED: Failure = {
  code: "NOT_REPORTED",
  message: "The agent did not say how this package ended. The next scan will show it.",
};

/** How each update of an INSTALL or a ROLLBACK ended; nothing for other types. */
export function judgeUpdates(ending: Ending): UpdateOutcome[] {
  if (!movesPackages(ending.command.type)) return [];
  const planned = new Map(ending.wanted?.map((update) => [update.updateId, update]));
  const reported = new Map(ending.items.map((item) => [item.key, item]));
  return ending.command.updateIds.map((updateId) => {
    const update = planned.get(updateId);
    const item = update && reported.get(update.key);
    const judged = item ? judgeItem(item, update.version, ending) : judgeUnreported(ending);
    return { updateId, ...judged };
  });
}

type Judged = Omit<UpdateOutcome, "updateId">;

function judgeItem(item: CommandItem, wanted: string | null, { state, failure }: Ending): Judged {
  const code = failure?.code ?? "COMMAND_FAILED";
  if (item.outcome === "SUCCEEDED" && item.toVersion === wanted) {
    return { outcome: "SUCCEEDED", failure: null };
  }
  if (item.outcome === "SUCCEEDED") {
    const message = `${item.toVersion ?? "Nothing"} is installed instead of ${wanted ?? "nothing"}.`;
    return { outcome: "FAILED", failure: { code: "OTHER_VERSION", message } };
  }
  const message = item.message ?? failure?.message ?? "The package was not changed.";
  // When the install failed as a whole, nobody should have to look for the reason elsewhere.
  const hasFailed = item.outcome === "FAILED" || state === "FAILED";
  return {
    outcome: hasFailed ? "FAILED" : "SKIPPED",
    failure: hasFailed || failure ? { code, message } : null,
  };
}

function judgeUnreported(ending: Ending): Judged {
  switch (ending.state) {
    case "CANCELLED":
      return { outcome: "SKIPPED", failure: null };
    case "FAILED":
      // Nothing at all was reported: something stood in the way before the first package.
      return { outcome: "FAILED", failure: (ending.items.length === 0 && ending.failure) || NOT_REPORTED };
    case "EXPIRED":
      // Without a failure it was never handed over; with one it may have begun, and nobody can say.
      return { outcome: ending.failure ? "FAILED" : "SKIPPED", failure: ending.failure };
    default:
      return { outcome: "FAILED", failure: NOT_REPORTED };
  }
}

/** What the agent said of the packages of a HOLD or RELEASE, and a line for each that it did not speak of. */
export function withUnreported(keys: readonly string[], items: readonly CommandItem[]): CommandItem[] {
  const asked = new Set(keys);
  const told = items.filter(({ key }) => asked.has(key));
  const spoken = new Set(told.map(({ key }) => key));
  const unspoken = keys
    .filter((key) => !spoken.has(key))
    .map((key) => ({
      key,
      name: key,
      architecture: null,
      outcome: "SKIPPED" as const,
      fromVersion: null,
      toVersion: null,
      message: null,
    }));
  return [...told, ...unspoken];
}

/**
 * The agent's word on a command as a whole, held against what it said of each package: one that did not end as
 * planned, or that nobody spoke of, is never covered by "succeeded".
 */
export function judgeWhole<Told extends Pick<Ending, "state" | "failure">>(
  told: Told,
  updates: readonly UpdateOutcome[],
  items: readonly CommandItem[],
): Told | { state: "PARTIALLY_SUCCEEDED" | "FAILED"; failure: Failure } {
  const parts = [...updates, ...items];
  if (told.state !== "SUCCEEDED" || parts.every(({ outcome }) => outcome === "SUCCEEDED")) return told;
  const failure = updates.find((update) => update.failure !== null)?.failure ?? {
    code: "COMMAND_FAILED",
    message: "Not every package is as the plan says.",
  };
  const isPartial = parts.some(({ outcome }) => outcome === "SUCCEEDED");
  return { state: isPartial ? "PARTIALLY_SUCCEEDED" : "FAILED", failure };
}
