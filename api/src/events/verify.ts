import type { Database } from "../database/database.js";
import type { Tx } from "../database/sql.js";
import { inTransaction } from "../database/unit-of-work.js";
import type { ProjectedTable } from "./projected-tables.js";
import type { Projectors } from "./projector.js";
import { replay } from "./replay.js";

/** One row that state and log do not agree about. */
export interface DifferingRow {
  /** "state": the row is in the database but the log does not say so; "log": the other way round. */
  onlyIn: "state" | "log";
  row: Record<string, unknown>;
}

/** What differs in one table. */
export interface TableDifference {
  table: string;
  onlyInState: number;
  onlyInLog: number;
  /** The first few of each side. */
  examples: DifferingRow[];
}

/** What `verify` found. */
export interface VerifyReport {
  /** How many events were replayed. */
  events: number;
  /** Tables that were compared. */
  tables: readonly string[];
  /** Empty when state and log agree. */
  differences: TableDifference[];
}

const EXAMPLES = 5;

/**
 * Replays the log and compares the result with the state tables, both ways, in one snapshot. Changes nothing
 * and blocks nobody. Throws `IncompleteLogError` when events are missing.
 */
export async function verify(database: Database, projectors: Projectors): Promise<VerifyReport> {
  return inTransaction(
    database,
    async (tx) => {
      const { events, tables } = await replay(tx, projectors);
      const differences: TableDifference[] = [];
      for (const table of tables) {
        const difference = await compareTable(tx, table);
        if (difference) differences.push(difference);
      }
      return { events, tables: tables.map(({ name }) => name), differences };
    },
    { isolation: "repeatable read" },
  );
}

async function compareTable(tx: Tx, table: ProjectedTable): Promise<TableDifference | undefined> {
  const columns = table.columns.join(", ");
  const state = `select ${columns} from ${table.state}`;
  const log = `select ${columns} from ${table.replayed}`;
  const side = (name: string, from: string) =>
    `(select '${name}' as side, (select count(*) from ${from}) as total, to_jsonb(r) as row
      from ${from} r order by to_jsonb(r)::text limit ${EXAMPLES})`;
  const rows = await tx.query<{ side: "state" | "log"; total: number; row: Record<string, unknown> }>(
    `with only_in_state as (${state} except all ${log}), only_in_log as (${log} except all ${state})
     ${side("state", "only_in_state")} union all ${side("log", "only_in_log")}`,
  );
  if (rows.length === 0) return undefined;
  const total = (name: string) => rows.find((row) => row.side === name)?.total ?? 0;
  return {
    table: table.name,
    onlyInState: total("state"),
    onlyInLog: total("log"),
    examples: rows.map((row) => ({ onlyIn: row.side, row: row.row })),
  };
}
