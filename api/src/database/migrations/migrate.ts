import type { Kysely, Transaction } from "@mikro-orm/postgresql";
import { Migrator } from "@mikro-orm/migrations";
import type { Database } from "../database.js";
import { explainConnectionError } from "../explain-connection-error.js";
import { errorCode } from "../sql-errors.js";
import { StartupError } from "../startup-error.js";
import { runSql, type Executor } from "../sql.js";
import { noteContents, refuseOtherContents } from "./migration-contents.js";

/** "redf" as an integer: the advisory lock that everyone who changes this database's schema as a whole takes. */
export const migrationLock = 0x72656466;

/**
 * Brings the schema up to this version's migrations and returns the names of those it ran.
 *
 * All pending ones run in one transaction under an advisory lock, so a killed server leaves nothing half
 * done and two servers starting together migrate once. Throws a {@link StartupError} `DATABASE_TOO_NEW` when
 * the database holds a migration that this version does not know, `DATABASE_DIFFERS` when one has another
 * content, and `DATABASE_PERMISSION` when the user may not create tables.
 */
export async function migrate(database: Database): Promise<string[]> {
  return migrateUnderLock(database).catch((error: unknown) => {
    throw errorCode(error) === "42501" ? explainConnectionError(error, database.connection) : error;
  });
}

async function migrateUnderLock(database: Database): Promise<string[]> {
  const migrator = new Migrator(database.orm.em);
  // MikroORM creates its bookkeeping table outside the given transaction; two servers must not do so at once.
  await underLock(database, () => migrator.getExecuted());
  return underLock(database, async (transaction) => {
    await refuseNewerSchema(transaction, database);
    await refuseOtherContents(transaction, database);
    const ran = await migrator.up({ transaction });
    await noteContents(transaction, database, ran);
    for (const { name } of ran) database.log.info({ migration: name }, "Database migrated");
    return ran.map(({ name }) => name);
  });
}

/**
 * A long statement of a killed server would go on, and hold the lock, until its end. Not every system that
 * PostgreSQL runs on can look whether a client is still there.
 */
const NOTICE_OUR_DEATH = `do $$ begin
  perform set_config('client_connection_check_interval', '1s', true);
exception when others then null;
end $$`;

/** MikroORM's own transaction and not `inTransaction`: the migrator puts each step into a savepoint. */
function underLock<T>(database: Database, run: (transaction: Transaction) => Promise<T>): Promise<T> {
  return database.fork().transactional(async (em) => {
    const transaction = em.getTransactionContext<Kysely<unknown>>();
    if (!transaction) throw new Error("The migration has no transaction.");
    await runSql(transaction, "set local statement_timeout = 0");
    await runSql(transaction, "set local idle_in_transaction_session_timeout = 0");
    await runSql(transaction, NOTICE_OUR_DEATH);
    await runSql(transaction, "select pg_advisory_xact_lock($1)", [migrationLock]);
    return run(transaction);
  });
}

async function refuseNewerSchema(executor: Executor, database: Database): Promise<void> {
  const known = new Set(database.orm.config.get("migrations").migrationsList?.map(({ name }) => name));
  const executed = await runSql<{ name: string }>(executor, "select name from schema_migrations order by id");
  const unknown = executed.map(({ name }) => name).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new StartupError(
    "DATABASE_TOO_NEW",
    `The database was migrated by a newer RedFlag (this version does not know ${unknown.join(", ")}): start that version or a later one, or restore a backup made before the upgrade.`,
  );
}
