import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import type { Client } from "pg";
import { readTables } from "../read-schema.js";

/** Every row of every table that a backup holds, as text; without `txid`, which belongs to one cluster. */
export async function contentsOf(client: Client): Promise<Record<string, string[]>> {
  const contents: Record<string, string[]> = {};
  for (const { name } of await readTables(client)) {
    const { rows } = await client.query<{ row: string }>(
      `select (to_jsonb(t) - 'txid')::text as row from "${name}" t order by 1`,
    );
    contents[name] = rows.map(({ row }) => row);
  }
  return contents;
}

/** A backup's text without what differs from one backup to the next. */
export async function textOf(file: string): Promise<string> {
  return gunzipSync(await readFile(file))
    .toString("utf8")
    .replace(/"createdAt":"[^"]*"/, "");
}
