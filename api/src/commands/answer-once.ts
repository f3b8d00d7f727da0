import { createHash } from "node:crypto";
import type { Caller } from "../access/caller.js";
import type { Tx } from "../database/sql.js";
import { ConflictError, ValidationError } from "../schema/user-errors.js";
import { IDEMPOTENCY_SECONDS } from "./command-limits.js";

/** A call that may be repeated. */
export interface RepeatableCall {
  readonly caller: Caller;
  /** The mutation's name. */
  readonly operation: string;
  /** Absent: every call starts anew. */
  readonly key: string | null | undefined;
  /** What was asked for, as JSON: the same key with another body is refused. */
  readonly body: unknown;
}

const LONGEST_KEY = 255;
const KEY_PATH = ["input", "idempotencyKey"];

/**
 * Runs `run` at most once for one caller, operation and key within 24 hours; a repetition gets the first
 * answer. Call it first in the transaction, before any stream is locked: calls with one key wait for each
 * other, and when the first fails, its key is free again.
 *
 * `run` answers with JSON. Throws {@link ConflictError} when the key was used for something else.
 */
export async function answerOnce<T extends object>(
  tx: Tx,
  call: RepeatableCall,
  run: () => Promise<T>,
): Promise<T> {
  if (call.key === null || call.key === undefined) return await run();
  if (call.key.length < 1 || call.key.length > LONGEST_KEY || call.key.includes("\0")) {
    throw new ValidationError(`The idempotency key must have 1 to ${LONGEST_KEY} characters.`, KEY_PATH);
  }
  const place = [callerName(call.caller), call.operation, call.key];
  const bodyHash = createHash("sha256").update(JSON.stringify(call.body)).digest("hex");
  const [taken] = await tx.query(
    `insert into idempotency_keys as k (caller, operation, key, body_hash, expires_at)
     values ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))
     on conflict (caller, operation, key) do update
       set body_hash = excluded.body_hash, expires_at = excluded.expires_at, answer = null
       where k.expires_at <= clock_timestamp()
     returning key`,
    [...place, bodyHash, IDEMPOTENCY_SECONDS],
    "commands.take-key",
  );
  if (!taken) return await earlierAnswer<T>(tx, place, bodyHash);
  const answer = await run();
  await tx.query(
    `update idempotency_keys set answer = $4 where caller = $1 and operation = $2 and key = $3`,
    [...place, JSON.stringify(answer)],
    "commands.keep-answer",
  );
  return answer;
}

async function earlierAnswer<T>(tx: Tx, place: readonly string[], bodyHash: string): Promise<T> {
  const [earlier] = await tx.query<{ bodyHash: string; answer: T }>(
    `select body_hash as "bodyHash", answer from idempotency_keys
     where caller = $1 and operation = $2 and key = $3`,
    place,
    "commands.earlier-answer",
  );
  if (earlier?.bodyHash === bodyHash) return earlier.answer;
  throw new ConflictError(
    "This idempotency key was used for another request. Use a new key for a new request.",
    null,
    KEY_PATH,
  );
}

function callerName(caller: Caller): string {
  if (caller.kind === "anonymous") throw new Error("Only a known caller can repeat a call.");
  return `${caller.kind}:${caller.id}`;
}
