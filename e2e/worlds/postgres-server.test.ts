import { spawn } from "node:child_process";
import path from "node:path";
import { Client } from "pg";
import { describe, expect, test, vi } from "vitest";

import { named } from "./missing-parts.js";
import { startPostgresServer, whyNoPostgres } from "./postgres-server.js";

const missing = whyNoPostgres();

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(sql);
    return rows[0];
  } finally {
    await client.end();
  }
}

describe.skipIf(missing)(named("PostgreSQL server of the distribution", missing), () => {
  test("gives empty databases, asks for the password, and is gone afterwards", async () => {
    const server = await startPostgresServer();
    const url = await server.createDatabase("fleet");
    const sql =
      "select current_database() as name, current_setting('server_version_num')::int / 10000 as version";
    expect(await ask(url, sql)).toEqual({ name: "fleet", version: server.version });
    expect(server.version).toBeGreaterThanOrEqual(15);
    await expect(ask(url.replace(/:[0-9a-f]{24}@/, ":wrong@"), sql)).rejects.toThrow(
      "password authentication failed",
    );
    await server.stop();
    await expect(ask(url, sql)).rejects.toThrow("ECONNREFUSED");
  });

  test("ends with a test run that is killed", async () => {
    const module = JSON.stringify(path.join(import.meta.dirname, "postgres-server.ts"));
    const program = `
      const { startPostgresServer } = await import(${module});
      console.log((await startPostgresServer()).url);
      setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let url = "";
    holder.stdout.on("data", (chunk: Buffer) => (url += chunk.toString().trim()));
    await vi.waitFor(() => expect(url).toMatch(/^postgresql:/), { timeout: 30_000 });
    holder.kill("SIGKILL");
    await vi.waitFor(() => expect(ask(url, "select 1")).rejects.toThrow("ECONNREFUSED"), { timeout: 20_000 });
  });
});
