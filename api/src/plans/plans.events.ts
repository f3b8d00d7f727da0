import * as v from "valibot";
import { Reversibility } from "../commands/commands.events.js";

const Uuid = v.pipe(v.string(), v.uuid());
const Moment = v.pipe(v.string(), v.isoTimestamp());
const Failure = v.object({ code: v.string(), message: v.string() });
const Notice = v.object({ code: v.string(), message: v.string() });

/** One package in a transaction. */
const TransactionItem = v.object({
  /** Stable within the source. */
  key: v.string(),
  name: v.string(),
  architecture: v.nullable(v.string()),
  /** Null when it is not installed before. */
  fromVersion: v.nullable(v.string()),
  /** Null when it is removed. */
  toVersion: v.nullable(v.string()),
  isDowngrade: v.boolean(),
  origin: v.nullable(v.string()),
  downloadBytes: v.nullable(v.number()),
});
export type TransactionItem = v.InferOutput<typeof TransactionItem>;

/** One package that has a newer version and stays as it is. */
const KeptItem = v.object({
  name: v.string(),
  architecture: v.nullable(v.string()),
  installedVersion: v.string(),
  candidateVersion: v.string(),
  reason: v.string(),
});
export type KeptItem = v.InferOutput<typeof KeptItem>;

/** Somebody asked the agent for the exact transaction; the actor is who. */
export const PlanRequested = v.object({
  planId: Uuid,
  source: v.string(),
  /** The PLAN command that resolves it. */
  commandId: Uuid,
  /** What it shall contain, as the last scan reported it. */
  updates: v.array(v.object({ updateId: Uuid, key: v.string(), candidateVersion: v.string() })),
});

/** The agent resolved it. */
export const PlanResolved = v.object({
  planId: Uuid,
  source: v.string(),
  commandId: Uuid,
  /** SHA-256 over everything that would change, in hex, as the agent computed it. */
  digest: v.string(),
  items: v.array(TransactionItem),
  alsoInstalls: v.array(TransactionItem),
  alsoRemoves: v.array(TransactionItem),
  alsoKept: v.array(KeptItem),
  downloadBytes: v.nullable(v.number()),
  /** Negative when space is freed. */
  diskBytes: v.nullable(v.number()),
  /** Null when unknown, which is not the same as none. */
  restartsServices: v.nullable(v.array(v.string())),
  requiresReboot: v.nullable(v.boolean()),
  restartReasons: v.array(v.string()),
  /** Null when the source does not say. */
  reversibility: v.nullable(Reversibility),
  blockers: v.array(Notice),
  /** From when on it cannot be started, by the database's clock; at most an hour after it was resolved. */
  expiresAt: Moment,
  /** The plugin's own note to itself. */
  token: v.nullable(v.string()),
});

/** It will never be resolved: the agent could not, or its command was cancelled or expired. */
export const PlanFailed = v.object({ planId: Uuid, source: v.string(), commandId: Uuid, failure: Failure });

/** Somebody started it, exactly as it was shown; the actor is who. */
export const PlanStarted = v.object({
  planId: Uuid,
  source: v.string(),
  /** The INSTALL command that carries it out. */
  commandId: Uuid,
  /** The digest of what was approved. */
  digest: v.string(),
  /** Whether the removals that the plan shows were accepted. */
  acceptedRemovals: v.boolean(),
  /** Who had approved each update, for people, and when. */
  approvals: v.array(
    v.object({ updateId: Uuid, decidedBy: v.nullable(v.string()), decidedAt: v.nullable(Moment) }),
  ),
});

/** The events of plans, all in the stream of their agent. */
export const planPayloads = {
  "plan.requested": PlanRequested,
  "plan.resolved": PlanResolved,
  "plan.failed": PlanFailed,
  "plan.started": PlanStarted,
} as const;

/** The payload of one type of event. */
export type PlanPayload<Type extends keyof typeof planPayloads> = v.InferOutput<(typeof planPayloads)[Type]>;
