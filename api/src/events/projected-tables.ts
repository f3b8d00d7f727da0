import type { Sql } from "../database/sql.js";

/** A state table as the database knows it. Names are quoted, ready for SQL. */
export interface ProjectedTable {
  readonly name: string;
  /** The table with its schema. */
  readonly state: string;
  /** Its empty copy for the replay. */
  readonly replayed: string;
  readonly columns: readonly string[];
  readonly primaryKey: readonly string[];
}

/** Looks the tables' columns (without generated ones) and primary keys up. Throws for one without a key. */
export async function describeTables(sql: Sql, names: readonly string[]): Promise<ProjectedTable[]> {
  const rows = await sql.query<{ name: string; schema: string; columns: string[]; key: string[] }>(
    `select t.name, quote_ident(n.nspname) as schema,
       (select array_agg(quote_ident(column_name) order by ordinal_position) from information_schema.columns c
        where c.table_schema = n.nspname and c.table_name = t.name and is_generated = 'NEVER') as columns,
       (select array_agg(quote_ident(a.attname)) from pg_index i
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
        where i.indrelid = r.oid and i.indisprimary) as key
     from unnest($1::text[]) with ordinality as t (name, position)
     join pg_class r on r.oid = to_regclass(quote_ident(t.name))
     join pg_namespace n on n.oid = r.relnamespace
     order by t.position`,
    [names],
  );
  const tables = rows.map(({ name, schema, columns, key }) => ({
    name,
    state: `${schema}.${quote(name)}`,
    replayed: `pg_temp.${quote(name)}`,
    columns: columns ?? [],
    primaryKey: key ?? [],
  }));
  for (const name of names) {
    const table = tables.find((candidate) => candidate.name === name);
    if (!table) throw new Error(`The projected table "${name}" does not exist: is the schema migrated?`);
    if (table.primaryKey.length === 0) throw new Error(`The projected table "${name}" has no primary key.`);
  }
  return tables;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
