import type { Client } from "pg";
import type { Database } from "../database/database.js";
import { copyIn } from "../database/copy.js";
import { migrationLock } from "../database/migrations/migrate.js";
import { adoptRestoredLog } from "../events/adopt-restored-log.js";
import { BackupError } from "./backup-error.js";
import type { Head } from "./backup-format.js";
import { emptyTarget, refuseUsedTarget } from "./empty-target.js";
import { buildOldSchema, moveIntoCurrentSchema, stepsOf } from "./old-schema.js";
import type { BackupReader } from "./read-backup.js";
import { quoteAll, readTables } from "./read-schema.js";

/** Where a backup goes. */
export interface RestoreInput {
  /** Open and migrated; nobody else uses it. */
  readonly database: Database;
  /** A connection of its own on the same database. */
  readonly client: Client;
  readonly reader: BackupReader;
  /** Whether what is in the database may be given up. */
  readonly replace: boolean;
}

/** What was restored. */
export interface RestoreReport {
  readonly createdAt: string;
  readonly tables: number;
  readonly rows: number;
}

/**
 * Puts a backup into a database, in one transaction: whatever goes wrong, the database is as it was. A backup of
 * an older schema is migrated on the way. Throws `BACKUP_DAMAGED`, `BACKUP_TOO_NEW`, `TARGET_IN_USE` and, without
 * `replace`, `TARGET_NOT_EMPTY`.
 */
export async function restoreBackup(input: RestoreInput): Promise<RestoreReport> {
  const { database, client, reader } = input;
  const head = await reader.head();
  await client.query("begin");
  try {
    const report = await restoreInTransaction(input, head);
    await client.query("commit");
    await adoptRestoredLog(database);
    await client.query("analyze");
    return report;
  } catch (error) {
    // The connection may be what failed; then the server rolls back by itself.
    await client.query("rollback").catch(() => {});
    throw error;
  }
}

async function restoreInTransaction({ database, client, reader, replace }: RestoreInput, head: Head) {
  await client.query("set local statement_timeout = 0");
  await client.query("set local idle_in_transaction_session_timeout = 0");
  await client.query("select pg_advisory_xact_lock($1)", [migrationLock]);
  const names = stepsOf(database).map(({ name }) => name);
  refuseOtherSchema(head, names);
  await refuseUsedTarget(client, replace);
  await emptyTarget(client);
  const isOld = head.migrations.length < names.length;
  if (isOld) await buildOldSchema(client, database, head.migrations);
  await copyTables(client, reader, head);
  const end = await reader.end();
  await client.query("set constraints all immediate");
  if (isOld) await moveIntoCurrentSchema(client, database, head.migrations);
  return { createdAt: head.createdAt, tables: end.tables, rows: end.rows };
}

function refuseOtherSchema({ migrations }: Head, known: readonly string[]): void {
  const unknown = migrations.filter((name, index) => known[index] !== name);
  if (unknown.length === 0) return;
  throw new BackupError(
    "BACKUP_TOO_NEW",
    `The backup was made by a newer RedFlag (this version does not know ${unknown.join(", ")}): restore it with that version or a later one.`,
  );
}

async function copyTables(client: Client, reader: BackupReader, head: Head): Promise<void> {
  const there = new Map((await readTables(client)).map(({ name, columns }) => [name, columns]));
  await client.query("set constraints all deferred");
  for (const { name, columns } of head.tables) {
    const stored = there.get(name);
    if (!stored || columns.some((column) => !stored.includes(column))) {
      throw reader.damaged(`its schema has no table ${name} with the columns ${columns.join(", ")}`);
    }
    const statement = `copy ${quoteAll([name])} (${quoteAll(columns)}) from stdin`;
    await copyIn(client, statement, reader.rows(name)).catch((error: unknown) => {
      throw explainRows(error, reader, name);
    });
  }
}

/** SQLSTATE classes 22 and 23: the rows themselves are wrong. */
function explainRows(error: unknown, reader: BackupReader, table: string): unknown {
  const { code = "", message } = error as Error & { code?: string };
  return /^2[23]/.test(code)
    ? reader.damaged(`PostgreSQL refuses rows of ${table} (${message})`, error)
    : error;
}
