import type { Client } from "pg";
import { LEFT_OUT, type Head } from "./backup-format.js";

/** The tables that a backup holds, with their stored columns, as they are in this database now. */
export async function readTables(client: Client, schema?: string): Promise<Head["tables"]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select t.table_name as name, array_agg(c.column_name::text order by c.ordinal_position) as columns
     from information_schema.tables t
     join information_schema.columns c using (table_schema, table_name)
     where t.table_schema = coalesce($2, current_schema()) and t.table_type = 'BASE TABLE'
       and c.is_generated = 'NEVER' and t.table_name <> all($1::text[])
     group by t.table_name order by t.table_name`,
    [LEFT_OUT, schema ?? null],
  );
  return rows;
}

/** Names of the migrations that this database has, oldest first; none when it was never used. */
export async function readMigrations(client: Client): Promise<string[]> {
  const { rows: found } = await client.query("select 1 where to_regclass('schema_migrations') is not null");
  if (found.length === 0) return [];
  const { rows } = await client.query<{ name: string }>("select name from schema_migrations order by id");
  return rows.map(({ name }) => name);
}

/** A list of names for SQL. They come from a checked head or from the catalogue. */
export function quoteAll(names: readonly string[]): string {
  return names.map((name) => `"${name.replaceAll('"', '""')}"`).join(", ");
}
