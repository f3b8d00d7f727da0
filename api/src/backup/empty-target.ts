import type { Client } from "pg";
import { BackupError } from "./backup-error.js";
import { quoteAll, readTables } from "./read-schema.js";

/** Tables that a backup leaves out, and that make no database worth keeping. */
const TRANSIENT = ["sessions", "idempotency_keys"];

/**
 * Throws `TARGET_IN_USE` while a server works on the database, and `TARGET_NOT_EMPTY` when it holds anything and
 * may not be replaced.
 */
export async function refuseUsedTarget(client: Client, replace: boolean): Promise<void> {
  const { rows: servers } = await client.query(
    `select 1 from pg_stat_activity where datname = current_database() and application_name = 'redflag-wake'`,
  );
  if (servers.length > 0) {
    throw new BackupError(
      "TARGET_IN_USE",
      `${servers.length} RedFlag servers use this database: stop all of them, and restore again.`,
    );
  }
  if (replace) return;
  const filled: string[] = [];
  for (const { name } of await readTables(client)) {
    const { rows } = await client.query(`select 1 from ${quoteAll([name])} limit 1`);
    if (rows.length > 0) filled.push(name);
  }
  if (filled.length === 0) return;
  throw new BackupError(
    "TARGET_NOT_EMPTY",
    `The database is not empty (${filled.join(", ")}): restore into a new one, or add --replace to give up everything that is in it.`,
  );
}

/** Removes every row. The log refuses to be truncated, so it is deleted as retention does. */
export async function emptyTarget(client: Client): Promise<void> {
  const tables = (await readTables(client)).map(({ name }) => name).filter((name) => name !== "events");
  await client.query(`truncate ${quoteAll([...tables, ...TRANSIENT])}`);
  await client.query("lock table events in access exclusive mode");
  await client.query("set local redflag.retention = 'on'");
  await client.query("delete from events");
  await client.query("set local redflag.retention = 'off'");
}
