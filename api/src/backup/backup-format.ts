import * as v from "valibot";

/**
 * A backup is text in UTF-8, compressed with gzip:
 *
 * - one line of JSON, the {@link Head};
 * - for each table of the head, in its order: the rows as PostgreSQL's `copy … to stdout` writes them, a line
 *   `\.`, and one line of JSON, the {@link TableEnd};
 * - one line of JSON, the {@link BackupEnd}, without which the file was cut off.
 */
export const FORMAT = 1;

/** The line behind a table's rows. No row of PostgreSQL's text format can be equal to it. */
export const END_OF_ROWS = "\\.";

const Name = v.pipe(v.string(), v.regex(/^[a-z_][a-z0-9_]{0,62}$/));

/** What is in the backup, and from what it was made. */
export const Head = v.object({
  redflag: v.literal("backup"),
  format: v.literal(FORMAT),
  /** The server's version, for people. */
  version: v.string(),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  /** Names of the migrations that the schema had, oldest first. */
  migrations: v.array(v.string()),
  tables: v.array(v.object({ name: Name, columns: v.array(Name) })),
});
export type Head = v.InferOutput<typeof Head>;

/** Behind each table. */
export const TableEnd = v.object({
  table: v.string(),
  rows: v.number(),
  /** Of the table's rows, line ends included, in hexadecimal. */
  sha256: v.string(),
});
export type TableEnd = v.InferOutput<typeof TableEnd>;

/** The last line. */
export const BackupEnd = v.object({
  end: v.literal(true),
  tables: v.number(),
  rows: v.number(),
});
export type BackupEnd = v.InferOutput<typeof BackupEnd>;

/** Only to tell a file of a later format from one that is no backup at all. */
export const AnyHead = v.object({ redflag: v.literal("backup"), format: v.number() });

/**
 * Not worth keeping: whoever is logged in logs in again, and nobody repeats a request that was made before the
 * backup. Sessions that were ended since must not come back to life.
 */
export const LEFT_OUT: readonly string[] = ["schema_migrations", "sessions", "idempotency_keys"];
