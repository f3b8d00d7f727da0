import type { EntityManager } from "@mikro-orm/postgresql";
import { CompiledQuery, type Kysely } from "kysely";
import { columnTypes } from "./column-types.js";

/** Something that runs SQL: a transaction or, for single reads, the pool itself. */
export interface Sql {
  /**
   * Runs one statement with `$1`-style parameters that are sent apart from the text, and returns its rows.
   *
   * - `name`: prepares the statement once per connection under this name and reuses its plan. A name must
   *   always go with the same text; write it as `<noun>.<verb>`, at most 63 bytes. For hot paths.
   * - Values: a JavaScript array becomes a PostgreSQL array, so a JSON array for a `jsonb` parameter has to
   *   be passed as `JSON.stringify(value)`; objects are sent as JSON; `Date` fits `timestamptz`.
   * - Rows: `timestamptz` → `Date`, `int8` → `number` (an unsafe integer throws), `json`/`jsonb` → parsed,
   *   `numeric`, `date` and `xid8` → `string`.
   *
   * Errors are pg's own, with the SQLSTATE in `code`.
   */
  query<T extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    name?: string,
  ): Promise<T[]>;
}

/** An open transaction: raw SQL and the entity manager speak through the same connection. */
export interface Tx extends Sql {
  /**
   * The transaction's entity manager. Changes on it reach the database at `em.flush()` or at commit; `query`
   * does not flush. It has no transactions within the transaction: `em.transactional` fails on it.
   */
  readonly em: EntityManager;
  /** Registers work for after a successful commit. It must not throw; what it throws is logged. */
  afterCommit(run: () => void): void;
  /** Remembers the id of this transaction, with which a commit whose answer got lost can be looked up. */
  noteTransactionId(xid8: string): void;
}

/** What runs a compiled query: the pool's kysely or one transaction of it. */
export type Executor = Pick<Kysely<unknown>, "executeQuery">;

/**
 * Raw prepared SQL over MikroORM 7. MikroORM's own `execute` writes parameters into the text, and kysely,
 * which it runs on, hands `sql` and `parameters` to `pg`'s `client.query(sql, parameters)` unchanged. `pg`
 * also takes a query config there, the only way to give a statement a name and its own column parsers. So
 * the config travels in the place of the text: the one cast in this file.
 */
export async function runSql<T extends object>(
  executor: Executor,
  text: string,
  values: readonly unknown[] = [],
  name?: string,
): Promise<T[]> {
  const config = name === undefined ? { text, types: columnTypes } : { text, name, types: columnTypes };
  const compiled = { ...CompiledQuery.raw(text, [...values]), sql: config as unknown as string };
  const result = await executor.executeQuery(compiled);
  return result.rows as T[];
}
