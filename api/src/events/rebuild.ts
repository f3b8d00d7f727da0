import type { Database } from "../database/database.js";
import type { Tx } from "../database/sql.js";
import { inTransaction } from "../database/unit-of-work.js";
import type { ProjectedTable } from "./projected-tables.js";
import type { Projectors } from "./projector.js";
import { replay } from "./replay.js";

/** What `rebuild` did. */
export interface RebuildReport {
  /** How many events were replayed. */
  events: number;
  /** Rows removed and written per table; both 0 where the state was right. */
  tables: { table: string; removed: number; written: number }[];
}

/**
 * Replays the log and makes the state tables equal to the result, in one transaction. Appending waits until
 * it is done. Only rows that differ are touched, so tables that are no projection but refer to one (presence)
 * keep what they know about every row that stays. Foreign keys between projected tables must be DEFERRABLE.
 * Throws `IncompleteLogError` when events are missing.
 */
export async function rebuild(database: Database, projectors: Projectors): Promise<RebuildReport> {
  return inTransaction(database, async (tx) => {
    await tx.query("lock table streams, events in share mode");
    const { events, tables } = await replay(tx, projectors);
    await tx.query("set constraints all deferred");
    const removed = new Map<string, number>();
    for (const table of tables.toReversed()) removed.set(table.name, await removeRows(tx, table));
    const report: RebuildReport["tables"] = [];
    for (const table of tables) {
      const written = await writeRows(tx, table);
      report.push({ table: table.name, removed: removed.get(table.name) ?? 0, written });
    }
    return { events, tables: report };
  });
}

async function removeRows(tx: Tx, table: ProjectedTable): Promise<number> {
  const key = table.primaryKey.join(", ");
  const rows = await tx.query<{ count: number }>(
    `with removed as (
       delete from ${table.state} where (${key}) in (
         select ${key} from ${table.state} except select ${key} from ${table.replayed}
       ) returning 1
     ) select count(*) as count from removed`,
  );
  return rows[0]?.count ?? 0;
}

async function writeRows(tx: Tx, table: ProjectedTable): Promise<number> {
  const columns = table.columns.join(", ");
  const others = table.columns.filter((column) => !table.primaryKey.includes(column));
  const update = others.map((column) => `${column} = excluded.${column}`).join(", ");
  const rows = await tx.query<{ count: number }>(
    `with written as (
       insert into ${table.state} (${columns}) overriding system value
       select ${columns} from ${table.replayed} except select ${columns} from ${table.state}
       on conflict (${table.primaryKey.join(", ")}) do ${update ? `update set ${update}` : "nothing"}
       returning 1
     ) select count(*) as count from written`,
  );
  return rows[0]?.count ?? 0;
}
