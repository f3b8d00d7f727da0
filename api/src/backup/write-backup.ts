import { createHash } from "node:crypto";
import type { Client } from "pg";
import { copyOut } from "../database/copy.js";
import { serverVersion } from "../server/server-version.js";
import { BackupError } from "./backup-error.js";
import { END_OF_ROWS, FORMAT, type BackupEnd, type Head, type TableEnd } from "./backup-format.js";
import { quoteAll, readMigrations, readTables } from "./read-schema.js";

const NEW_LINE = 10;

/**
 * The whole database as one text (see `backup-format.ts`), read in one snapshot, so that servers may go on
 * working meanwhile. `client` is used for nothing else until the generator has ended. `now` is in milliseconds
 * since 1970. Throws `NOTHING_TO_BACK_UP` for a database that no RedFlag has used.
 */
export async function* writeBackup(client: Client, now: number): AsyncGenerator<Buffer, BackupEnd> {
  await client.query("begin isolation level repeatable read read only");
  try {
    await client.query("set local statement_timeout = 0");
    await client.query("set local idle_in_transaction_session_timeout = 0");
    // Times are written with the zone of the session.
    await client.query("set local timezone = 'UTC'");
    const migrations = await readMigrations(client);
    if (migrations.length === 0) {
      throw new BackupError(
        "NOTHING_TO_BACK_UP",
        "This database was never used by RedFlag, so there is nothing to back up: check DATABASE_URL or REDFLAG_DATA_DIR.",
      );
    }
    const tables = await readTables(client);
    const createdAt = new Date(now).toISOString();
    yield line({ redflag: "backup", format: FORMAT, version: serverVersion, createdAt, migrations, tables });
    let rows = 0;
    for (const table of tables) rows += (yield* writeTable(client, table)).rows;
    const end: BackupEnd = { end: true, tables: tables.length, rows };
    yield line(end);
    return end;
  } finally {
    await client.query("rollback");
  }
}

async function* writeTable(
  client: Client,
  { name, columns }: Head["tables"][number],
): AsyncGenerator<Buffer, TableEnd> {
  const hash = createHash("sha256");
  let rows = 0;
  for await (const chunk of copyOut(client, `copy ${quoteAll([name])} (${quoteAll(columns)}) to stdout`)) {
    hash.update(chunk);
    rows += countLines(chunk);
    yield chunk;
  }
  const end: TableEnd = { table: name, rows, sha256: hash.digest("hex") };
  yield Buffer.from(`${END_OF_ROWS}\n`);
  yield line(end);
  return end;
}

/** Lines in this text; it ends with one. */
export function countLines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(NEW_LINE); at !== -1; at = chunk.indexOf(NEW_LINE, at + 1)) count += 1;
  return count;
}

function line(value: Head | TableEnd | BackupEnd): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}
