import { uuidv7 } from "uuidv7";
import type { AccessParts } from "../access/access-parts.js";
import { hashSecret, makeSecret } from "../access/secret.js";
import type { Sql } from "../database/sql.js";

const HOUR_MS = 3_600_000;
/** A session that is not used for this long ends. */
export const SESSION_IDLE_MS = 12 * HOUR_MS;
/** A session ends after this long in any case. */
export const SESSION_LONGEST_MS = 7 * 24 * HOUR_MS;

/** A session that was just begun. The secret is shown to the browser only. */
export interface NewSession {
  readonly id: string;
  readonly secret: string;
  /** When it has to end by being used only; the cookie's own end. */
  readonly endsAt: Date;
  readonly expiresAt: Date;
}

/** Begins a session of an operator. Keeps the secret's hash. */
export async function openSession(parts: AccessParts, sql: Sql, operatorId: string): Promise<NewSession> {
  const now = parts.clock();
  const secret = makeSecret("rfs", parts.random);
  const expiresAt = new Date(now + SESSION_IDLE_MS);
  const endsAt = new Date(now + SESSION_LONGEST_MS);
  const id = uuidv7();
  await sql.query(
    `insert into sessions (id, operator_id, secret_hash, started_at, used_at, expires_at, ends_at)
     values ($1, $2, $3, $4, $4, $5, $6)`,
    [id, operatorId, hashSecret(secret), new Date(now), expiresAt, endsAt],
  );
  return { id, secret, endsAt, expiresAt };
}

/** Ends one session. */
export async function endSession(sql: Sql, id: string): Promise<void> {
  await sql.query("delete from sessions where id = $1", [id]);
}

/** Ends every session of an operator. */
export async function endSessionsOf(sql: Sql, operatorId: string): Promise<void> {
  await sql.query("delete from sessions where operator_id = $1", [operatorId]);
}

/** Forgets sessions that ran out; they are refused already. */
export async function forgetExpiredSessions(sql: Sql, now: Date): Promise<void> {
  await sql.query("delete from sessions where expires_at <= $1 or ends_at <= $1", [now]);
}
