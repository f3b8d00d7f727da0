import type { commandPayloads } from "./commands.events.js";

/**
 * The way of a command as data: used by the verbs, the projectors, the model-based test and the docs.
 *
 * | state | means | runs out |
 * |---|---|---|
 * | QUEUED | waits for the agent to take it | EXPIRED at its deadline |
 * | CLAIMED | taken by the agent, not begun | QUEUED when the lease is lost, EXPIRED at its deadline |
 * | RUNNING | being carried out | the same |
 * | SUCCEEDED, PARTIALLY_SUCCEEDED, FAILED, CANCELLED, EXPIRED | ended | never: these are for good |
 */
export const commandStates = {
  QUEUED: { hasEnded: false, isInHand: false },
  CLAIMED: { hasEnded: false, isInHand: true },
  RUNNING: { hasEnded: false, isInHand: true },
  SUCCEEDED: { hasEnded: true, isInHand: false },
  PARTIALLY_SUCCEEDED: { hasEnded: true, isInHand: false },
  FAILED: { hasEnded: true, isInHand: false },
  CANCELLED: { hasEnded: true, isInHand: false },
  EXPIRED: { hasEnded: true, isInHand: false },
} as const satisfies Record<string, { hasEnded: boolean; isInHand: boolean }>;

/** How far a command has come. */
export type CommandState = keyof typeof commandStates;

/** What may happen to a command in one state. */
export interface CommandTransition {
  readonly event: keyof typeof commandPayloads | "agent.retired";
  /** Null: the command does not exist before. */
  readonly from: CommandState | null;
  /** Where it may lead; the event's payload says which when there are several. */
  readonly to: readonly CommandState[];
  /** `new`: only when it was never handed over. `handed-over`: only when it was. Absent: both. */
  readonly only?: "new" | "handed-over";
}

const results = ["SUCCEEDED", "PARTIALLY_SUCCEEDED", "FAILED", "CANCELLED"] as const;

/**
 * Every transition there is. What was handed over once may have begun without anybody knowing, so from then
 * on only the agent's word (or its silence until the deadline) ends it: a cancellation is a request.
 */
export const commandTransitions: readonly CommandTransition[] = [
  { event: "command.queued", from: null, to: ["QUEUED"] },
  { event: "command.recorded", from: null, to: ["RUNNING"] },
  { event: "command.claimed", from: "QUEUED", to: ["CLAIMED"] },
  { event: "command.started", from: "CLAIMED", to: ["RUNNING"] },
  { event: "command.requeued", from: "CLAIMED", to: ["QUEUED"] },
  { event: "command.requeued", from: "RUNNING", to: ["QUEUED"] },
  { event: "command.cancel_requested", from: "QUEUED", to: ["QUEUED"], only: "handed-over" },
  { event: "command.cancel_requested", from: "CLAIMED", to: ["CLAIMED"] },
  { event: "command.cancel_requested", from: "RUNNING", to: ["RUNNING"] },
  { event: "command.finished", from: "QUEUED", to: ["CANCELLED", "FAILED"], only: "new" },
  { event: "command.finished", from: "QUEUED", to: results, only: "handed-over" },
  { event: "command.finished", from: "CLAIMED", to: results },
  { event: "command.finished", from: "RUNNING", to: results },
  { event: "command.expired", from: "QUEUED", to: ["EXPIRED"] },
  { event: "command.expired", from: "CLAIMED", to: ["EXPIRED"] },
  { event: "command.expired", from: "RUNNING", to: ["EXPIRED"] },
  { event: "agent.retired", from: "QUEUED", to: ["CANCELLED"], only: "new" },
  { event: "agent.retired", from: "QUEUED", to: ["EXPIRED"], only: "handed-over" },
];

/** The transition that an event makes of a command; nothing when the event is not possible there. */
export function findTransition(
  event: CommandTransition["event"],
  command: { state: CommandState; attempt: number } | null,
): CommandTransition | undefined {
  const handedOver = command !== null && command.attempt > 0 ? "handed-over" : "new";
  return commandTransitions.find(
    (row) =>
      row.event === event &&
      row.from === (command?.state ?? null) &&
      (row.only === undefined || row.only === handedOver),
  );
}

/** Whether an event is possible for a command as it is. */
export function allows(
  event: CommandTransition["event"],
  command: { state: CommandState; attempt: number },
): boolean {
  return findTransition(event, command) !== undefined;
}
