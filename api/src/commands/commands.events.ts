import * as v from "valibot";

/** Every type of command. */
export const commandTypes = [
  "SCAN",
  "PLAN",
  "INSTALL",
  "ROLLBACK",
  "HOLD",
  "RELEASE",
  "RELEASE_NOTES",
] as const;
/** The one thing that an agent is told to do. */
export type CommandType = (typeof commandTypes)[number];

const Uuid = v.pipe(v.string(), v.uuid());
/** RFC 3339, by the database's clock unless the name says otherwise. */
const Moment = v.pipe(v.string(), v.isoTimestamp());

/** Why something failed, in a stable code and in one or two sentences for people. */
const Failure = v.object({ code: v.string(), message: v.string() });
export type Failure = v.InferOutput<typeof Failure>;

/** How far an install can be taken back, and why not in full. */
export const Reversibility = v.object({
  level: v.picklist(["REVERSIBLE", "PARTLY", "NOT"]),
  reasons: v.array(v.string()),
});
export type Reversibility = v.InferOutput<typeof Reversibility>;

/** What every event of a command says, so that whoever listens needs no look-up. */
const about = {
  commandId: Uuid,
  type: v.picklist(commandTypes),
  source: v.string(),
  /** The plan that a PLAN resolves or an INSTALL carries out; null for other types. */
  planId: v.nullable(Uuid),
  /**
   * The updates of that plan, those that a ROLLBACK takes back, those that are held or released, or the one whose
   * RELEASE_NOTES are fetched; else empty.
   */
  updateIds: v.array(Uuid),
};

/** Somebody asked for it; the actor is who. */
export const CommandQueued = v.object({
  ...about,
  /** SCAN: whether the package index is fetched anew first; null for other types. */
  refresh: v.nullable(v.boolean()),
  /** HOLD and RELEASE: the packages, by their keys; empty for other types. */
  keys: v.optional(v.array(v.string()), []),
  /** ROLLBACK: the INSTALL that it takes back; null for other types. */
  rollsBack: v.nullable(Uuid),
  /** When QUEUED becomes EXPIRED. */
  deadlineAt: Moment,
  /** After this moment the agent must not begin it. */
  beginBefore: Moment,
});

/**
 * Somebody at the machine started it without the server, which hears of it when it has ended; the actor is the agent.
 * A `command.finished` follows at once.
 */
export const CommandRecorded = v.object({
  ...about,
  /** For people, for example "root at the machine". */
  requestedBy: v.string(),
  /** By the agent's clock, never after the database's. */
  requestedAt: Moment,
  /** The same. Null: it did not begin. */
  startedAt: v.nullable(Moment),
  /** ROLLBACK: the INSTALL that it took back; null for an INSTALL. The server may not know that. */
  rollsBack: v.nullable(Uuid),
  /** INSTALL: what its plan said, which the server never saw; null when that is not known, and for a ROLLBACK. */
  reversibility: v.nullable(Reversibility),
});

/** The agent has it in hand. `attempt` counts the hand-overs from 1. */
export const CommandClaimed = v.object({
  ...about,
  attempt: v.number(),
  /** When the attempt becomes EXPIRED, however often its lease is renewed. */
  deadlineAt: Moment,
});

/** The agent began to carry it out: once per attempt. */
export const CommandStarted = v.object({ ...about, attempt: v.number() });

/** The agent was not heard of within its lease; the command waits to be handed over again. */
export const CommandRequeued = v.object({
  ...about,
  /** The attempt whose lease was lost. */
  attempt: v.number(),
  deadlineAt: Moment,
  beginBefore: Moment,
});

/** Somebody asked for it to stop although the agent may have begun; it ends when the agent answers. */
export const CommandCancelRequested = v.object({ ...about, attempt: v.number() });

/** How one package of an INSTALL, ROLLBACK, HOLD or RELEASE ended, in the agent's words. */
const CommandItem = v.object({
  key: v.string(),
  name: v.string(),
  architecture: v.nullable(v.string()),
  outcome: v.picklist(["SUCCEEDED", "FAILED", "SKIPPED"]),
  fromVersion: v.nullable(v.string()),
  toVersion: v.nullable(v.string()),
  message: v.nullable(v.string()),
});
export type CommandItem = v.InferOutput<typeof CommandItem>;

/** How one update of an INSTALL or a ROLLBACK ended. */
const UpdateOutcome = v.object({
  updateId: Uuid,
  /**
   * SUCCEEDED: the package database names the planned version; for a ROLLBACK, the version before. FAILED: it names another, the install as a whole
   * failed, or nobody can say. SKIPPED: this package was not begun, so it is still as approved as before.
   */
  outcome: v.picklist(["SUCCEEDED", "FAILED", "SKIPPED"]),
  /** Why it did not succeed. Null when it did, and when nothing stood in the way. */
  failure: v.nullable(Failure),
});
export type UpdateOutcome = v.InferOutput<typeof UpdateOutcome>;

/** It ended. The actor is the agent, or whoever cancelled it before the agent took it, or the system. */
export const CommandFinished = v.object({
  ...about,
  /** 0 when it was never handed over. */
  attempt: v.number(),
  state: v.picklist(["SUCCEEDED", "PARTIALLY_SUCCEEDED", "FAILED", "CANCELLED"]),
  failure: v.nullable(Failure),
  /** INSTALL and ROLLBACK: what has to start anew. Null for other types and when the agent did not say. */
  restart: v.nullable(v.picklist(["NONE", "SERVICE", "SESSION", "SYSTEM", "UNKNOWN"])),
  /** INSTALL and ROLLBACK: why that has to start anew, for people. */
  restartReasons: v.optional(v.array(v.string()), []),
  /** INSTALL, ROLLBACK, HOLD and RELEASE: what the agent reported of each package. */
  items: v.array(CommandItem),
  /** INSTALL and ROLLBACK: one entry for each of `updateIds`; empty for other types. */
  updates: v.array(UpdateOutcome),
  /** By the agent's clock. Null when it did not begin or did not say. */
  agentStartedAt: v.nullable(Moment),
  /** By the agent's clock. Null when it did not say. */
  agentFinishedAt: v.nullable(Moment),
});

/** Its deadline passed. INSTALL and ROLLBACK: `updates` holds one entry for each of `updateIds`, SKIPPED or FAILED. */
export const CommandExpired = v.object({
  ...about,
  attempt: v.number(),
  failure: Failure,
  updates: v.array(UpdateOutcome),
});

/** The events of commands, all in the stream of their agent. */
export const commandPayloads = {
  "command.queued": CommandQueued,
  "command.recorded": CommandRecorded,
  "command.claimed": CommandClaimed,
  "command.started": CommandStarted,
  "command.requeued": CommandRequeued,
  "command.cancel_requested": CommandCancelRequested,
  "command.finished": CommandFinished,
  "command.expired": CommandExpired,
} as const;

/** The payload of one type of event. */
export type CommandPayload<Type extends keyof typeof commandPayloads> = v.InferOutput<
  (typeof commandPayloads)[Type]
>;
