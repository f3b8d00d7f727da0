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

/** A waking event with its place in the log. */
export interface Wake {
  readonly type: string;
  readonly at: Date;
  readonly cursor: Cursor;
  readonly token: string;
}

interface WakeRow {
  id: string;
  txid: string;
  type: string;
  at: Date;
}

/** One page of the waking events of an agent's stream behind a cursor, in the order of the log. */
export async function readWakes(sql: Sql, stream: string, after: Cursor): Promise<Wake[]> {
  const rows = await sql.query<WakeRow>(
    `select id, txid, type, at from events
     where stream = $1 and type = any($2::text[]) and (txid, id) > ($3::xid8, $4::uuid)
       and txid < pg_snapshot_xmin(pg_current_snapshot())
     order by txid, id limit 500`,
    [stream, Object.keys(wakeReasons), after.txid, after.id],
    "live.wakes",
  );
  return rows.map(toWake);
}

/** The newest event that put a command into this agent's queue, when one waits there now. */
export async function readWaiting(sql: Sql, agentId: string, stream: string): Promise<Wake | undefined> {
  const [row] = await sql.query<WakeRow>(
    `select id, txid, type, at from events
     where stream = $2 and type in ('command.queued', 'command.requeued')
       and txid < pg_snapshot_xmin(pg_current_snapshot())
       and exists (select from commands where agent_id = $1 and state = 'QUEUED')
     order by txid desc, id desc limit 1`,
    [agentId, stream],
    "live.waiting",
  );
  return row && toWake(row);
}

function toWake({ id, txid, type, at }: WakeRow): Wake {
  const cursor = { txid, id };
  return { type, at, cursor, token: encodeCursor(cursor) };
}
