import type { Sql } from "../database/sql.js";
import { encodeCursor, type Cursor } from "../events/cursor.js";

/** Why an agent is woken. */
export type WakeReason = "COMMAND_QUEUED" | "CANCEL_REQUESTED";

/** The events that wake an agent. */
export const wakeReasons: Readonly<Record<string, WakeReason>> = {
  "command.queued": "COMMAND_QUEUED",
  "command.requeued": "COMMAND_QUEUED",
  "command.cancel_requested": "CANCEL_REQUESTED",
};

/** One page of the waking events of an agent's stream behind a cursor, in the order of the log. */
export async function readWakes(
  sql: Sql,
  stream: string,
  after: Cursor,
): Promise<{ type: string; at: Date; cursor: Cursor; token: string }[]> {
  const rows = await sql.query<{ id: string; txid: string; type: string; at: Date }>(
    `select id, txid, type, at from events
     where stream = $1 and type = any($2::text[]) and (txid, id) > ($3::xid8, $4::uuid)
       and txid < pg_snapshot_xmin(pg_current_snapshot())
     order by txid, id limit 500`,
    [stream, Object.keys(wakeReasons), after.txid, after.id],
    "live.wakes",
  );
  return rows.map(({ id, txid, type, at }) => {
    const cursor = { txid, id };
    return { type, at, cursor, token: encodeCursor(cursor) };
  });
}
