/** Network and driver words of a connection that is gone; pg gives no SQLSTATE for these. */
const LOST_CODES = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "ENOENT", "ETIMEDOUT", "ECONNABORTED"]);
const LOST_MESSAGE = /^(Connection terminated|Client has encountered a connection error|connection ended)/i;

/** The SQLSTATE (or errno word) of an error, also of one wrapped by MikroORM; nothing when it has none. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Two transactions met (40001 serialization failure, 40P01 deadlock): the database rolled this one back. */
export function isConflict(error: unknown): boolean {
  const code = errorCode(error);
  return code === "40001" || code === "40P01";
}

/**
 * The connection is gone or the server is going down or coming up: SQLSTATE class 08, 57P01 to 57P03, or a
 * broken socket. Nothing is known about a commit that was under way.
 */
export function isConnectionLost(error: unknown): boolean {
  const code = errorCode(error);
  if (code !== undefined) return /^(08...|57P0[123])$/.test(code) || LOST_CODES.has(code);
  return error instanceof Error && LOST_MESSAGE.test(error.message);
}

/** Why the database did not do what it was asked, when it is not the request's fault. */
export type Trouble = "away" | "busy" | "full";

/** Our own pool has no connection left, or the server has none, or none of its memory. */
const BUSY_MESSAGE = /^timeout (exceeded|expired)/;
const BUSY_CODES = new Set(["53200", "53300", "57014", "55P03"]);

/**
 * Tells a database that is away, too busy (also a statement that took too long) or out of space (53100) from
 * other errors. In all three nothing of a transaction was kept, unless the connection broke in its commit.
 */
export function troubleOf(error: unknown): Trouble | undefined {
  if (isConnectionLost(error)) return "away";
  const code = errorCode(error) ?? "";
  if (code === "53100") return "full";
  if (BUSY_CODES.has(code)) return "busy";
  return error instanceof Error && BUSY_MESSAGE.test(error.message) ? "busy" : undefined;
}
