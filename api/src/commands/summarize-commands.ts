import { changesMachine } from "./command-kinds.js";
import type { CommandPayload, CommandType } from "./commands.events.js";

const words = {
  SCAN: "scan",
  PLAN: "plan",
  INSTALL: "install",
  ROLLBACK: "rollback",
  HOLD: "hold",
  RELEASE: "release",
  RELEASE_NOTES: "release notes look-up",
} as const satisfies Record<CommandType, string>;

interface Named {
  readonly type: CommandType;
  readonly source: string;
}

/** "apt install": the source tells the kind, it is not what is installed. */
const nameOf = ({ type, source }: Named): string => `${source} ${words[type]}`;

/** "1 package", "2 packages". */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** "an apt plan", "a docker plan". */
export function withArticle(name: string): string {
  return `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
}

/** What the history says of each event of a command: one sentence without the actor. */
export const commandSummaries = {
  queued: (payload: CommandPayload<"command.queued">): string => {
    const { length } = payload.updateIds;
    return `Queued ${withArticle(nameOf(payload))}${length > 0 ? ` of ${countOf(length, "update")}` : ""}.`;
  },
  recorded: (payload: CommandPayload<"command.recorded">): string =>
    `Told of ${withArticle(nameOf(payload))} that ${payload.requestedBy} started without the server.`,
  claimed: (payload: CommandPayload<"command.claimed">): string => {
    const again = payload.attempt > 1 ? ` again: attempt ${payload.attempt}` : "";
    return `Took the ${nameOf(payload)} into hand${again}.`;
  },
  started: (payload: CommandPayload<"command.started">): string => `Began the ${nameOf(payload)}.`,
  requeued: (payload: CommandPayload<"command.requeued">): string =>
    `Put the ${nameOf(payload)} back into the queue: the agent went silent.`,
  cancelRequested: (payload: CommandPayload<"command.cancel_requested">): string =>
    `Asked the ${nameOf(payload)} to stop.`,
  finished: (payload: CommandPayload<"command.finished">): string =>
    `The ${nameOf(payload)} ${endOf(payload)}`,
  expired: (payload: CommandPayload<"command.expired">): string =>
    `The ${nameOf(payload)} expired: ${payload.failure.message}`,
} as const;

function endOf({ type, state, items, failure }: CommandPayload<"command.finished">): string {
  const done = items.filter(({ outcome }) => outcome === "SUCCEEDED").length;
  const why = failure ? `: ${failure.message}` : ".";
  switch (state) {
    case "SUCCEEDED":
      if (type === "PLAN") return "is ready.";
      return changesMachine(type) ? `succeeded: ${countOf(done, "package")}.` : "succeeded.";
    case "PARTIALLY_SUCCEEDED":
      return `succeeded in part, for ${done} of ${countOf(items.length, "package")}${why}`;
    case "FAILED":
      return `failed${why}`;
    case "CANCELLED":
      return "was cancelled.";
  }
}
