import type { Database } from "../database/database.js";
import { inTransaction } from "../database/unit-of-work.js";
import type { Cursor } from "./cursor.js";

/**
 * A log that was restored into another PostgreSQL cluster carries transaction ids of the old one, which lie in
 * the new one's future: `readAfter` would hold those events back for years. This gives all of them one id of
 * the past, so that they are ordered by their own ids. Returns whether that was needed.
 */
export async function adoptRestoredLog(database: Database): Promise<boolean> {
  return inTransaction(database, async (tx) => {
    // What a snapshot shows is older than its xmax, except for what another cluster numbered.
    const [row] = await tx.query<{ foreign: boolean }>(
      `select exists (select from events where txid >= pg_snapshot_xmax(pg_current_snapshot())) as foreign`,
    );
    if (!row?.foreign) return false;
    await tx.query("set local statement_timeout = 0");
    await tx.query("set local redflag.retention = 'on'");
    await tx.query("lock table events in share row exclusive mode");
    await tx.query("update events set txid = '3'");
    return true;
  });
}

/** A cursor that this database never gave out: from before a restore, or from elsewhere. Start afresh. */
export class StaleCursorError extends Error {
  override readonly name = "StaleCursorError";
}

/** Throws {@link StaleCursorError} for a cursor that lies in the future. */
export async function refuseStaleCursor(database: Database, cursor: Cursor): Promise<void> {
  const [row] = await database.query<{ stale: boolean }>(
    "select $1::xid8 > pg_snapshot_xmax(pg_current_snapshot()) as stale",
    [cursor.txid],
    "events.stale-cursor",
  );
  if (row?.stale) {
    throw new StaleCursorError(
      "This sequence is not from this database's log: load the current state and begin anew.",
    );
  }
}
