import type { Sql } from "../database/sql.js";
import { beforeTransaction, encodeCursor, type Cursor } from "./cursor.js";
import type { RecordedEvent } from "./event.js";

/** An event with its place in the order of all events. */
export interface SequencedEvent extends RecordedEvent {
  readonly cursor: Cursor;
  /** The cursor as clients see it; hand it back to continue behind this event. */
  readonly token: string;
}

/** One page of events. */
export interface EventPage {
  events: SequencedEvent[];
  /** More events are behind this page already. */
  hasMore: boolean;
  /**
   * Committed events exist that cannot be shown yet, because an older transaction is still open and might
   * come before them. Nobody will announce its end: look again soon.
   */
  heldBack: boolean;
}

/**
 * Reads events behind a cursor, in an order in which nothing is ever inserted before what was already read:
 * by transaction and id, and only transactions older than every open one. Within one stream the order can
 * differ from `sequence` when transactions overlapped; whoever folds events must sort by `sequence`.
 */
export async function readAfter(sql: Sql, after: Cursor, limit = 500): Promise<EventPage> {
  const rows = await sql.query<Omit<SequencedEvent, "cursor" | "token"> & { txid: string }>(
    `select id, stream, sequence, type, payload, actor, at, txid from events
     where (txid, id) > ($1::xid8, $2::uuid) and txid < pg_snapshot_xmin(pg_current_snapshot())
     order by txid, id limit $3`,
    [after.txid, after.id, limit + 1],
    "events.read-after",
  );
  const events = rows.slice(0, limit).map(({ txid, ...event }) => {
    const cursor = { txid, id: event.id };
    return { ...event, cursor, token: encodeCursor(cursor) };
  });
  if (rows.length > limit) return { events, hasMore: true, heldBack: false };
  return { events, hasMore: false, heldBack: await anyHeldBack(sql) };
}

/** The cursor of this moment: behind every event that can be read now. */
export async function readPosition(sql: Sql): Promise<Cursor> {
  const rows = await sql.query<{ xmin: string }>("select pg_snapshot_xmin(pg_current_snapshot()) as xmin");
  return beforeTransaction(rows[0]?.xmin ?? "0");
}

async function anyHeldBack(sql: Sql): Promise<boolean> {
  const rows = await sql.query<{ held: boolean }>(
    "select exists (select from events where txid >= pg_snapshot_xmin(pg_current_snapshot())) as held",
    [],
    "events.held-back",
  );
  return rows[0]?.held === true;
}
