import type { Tx } from "../database/sql.js";
import { systemActor } from "../events/event.js";
import type { ProjectedTable } from "../events/projected-tables.js";
import type { Projectors } from "../events/projector.js";
import { replay, SUMMED_UP } from "../events/replay.js";
import type { HistorySummedUp } from "./retention.events.js";

/**
 * Replaces the events of a stream that are older than `before` by one that holds the state they had led to, so
 * that the state can still be rebuilt. That one keeps the place, the id and the time of the last of them: nobody
 * who follows the log meets it as news. Returns how many events are gone. The caller holds the stream's lock.
 *
 * Only for streams whose events write no other stream's rows: those of agents.
 */
export async function sumUpStream(
  tx: Tx,
  projectors: Projectors,
  stream: string,
  before: Date,
): Promise<number> {
  const upTo = await findLastOld(tx, stream, before);
  const [held] = await tx.query<{ count: number; earlier: number }>(
    `select count(*) as count,
       coalesce(sum((payload ->> 'events')::int - 1) filter (where type = $3), 0)::int as earlier
     from events where stream = $1 and sequence <= $2`,
    [stream, upTo, SUMMED_UP],
  );
  if (!held || held.count < 2) return 0;
  const { tables } = await replay(tx, projectors, { stream, upTo });
  const kept: HistorySummedUp["tables"] = [];
  for (const table of tables) kept.push(await readRows(tx, table));
  const payload: HistorySummedUp = {
    events: held.count + held.earlier,
    tables: kept.filter(({ rows }) => rows.length > 0),
  };
  await tx.query("set local redflag.retention = 'on'");
  await tx.query("delete from events where stream = $1 and sequence < $2", [stream, upTo]);
  await tx.query(
    "update events set type = $3, payload = $4, actor = $5 where stream = $1 and sequence = $2",
    [stream, upTo, SUMMED_UP, JSON.stringify(payload), JSON.stringify(systemActor)],
  );
  await tx.query("set local redflag.retention = 'off'");
  return held.count - 1;
}

/** The sequence before the first event that is new enough; 0 when that is the very first. */
async function findLastOld(tx: Tx, stream: string, before: Date): Promise<number> {
  const [row] = await tx.query<{ last: number | null }>(
    `select coalesce(
       (select sequence - 1 from events where stream = $1 and at >= $2 order by sequence limit 1),
       (select max(sequence) from events where stream = $1)) as last`,
    [stream, before],
    "retention.last-old",
  );
  return row?.last ?? 0;
}

async function readRows(tx: Tx, table: ProjectedTable): Promise<HistorySummedUp["tables"][number]> {
  const values = table.columns.map((column) => `${column}::text`).join(", ");
  const rows = await tx.query<{ row: (string | null)[] }>(
    `select array[${values}] as row from ${table.replayed} order by ${table.primaryKey.join(", ")}`,
  );
  return { name: table.name, columns: table.columns.map(unquote), rows: rows.map(({ row }) => row) };
}

/** `quote_ident` quotes what is no plain name. */
function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
