import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { createTestDatabase } from "../testing/database.js";
import { silentLog } from "../testing/silent-log.js";
import { openDatabase } from "./connection.js";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "./embedded/start.js";
import { refuseOldServer } from "./explain-connection-error.js";
import { migrate } from "./migrations/migrate.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let dataDir: string;
let server: EmbeddedPostgres;

/** A server of our own, whose door we may narrow: role "locked" needs a password, "barred" gets none. */
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "redflag-connection-"));
  await chmod(dataDir, 0o755);
  server = await startEmbeddedPostgres({ dataDir, log: silentLog, durable: false });
  const hba = path.join(dataDir, "database", "data", "pg_hba.conf");
  const rest = await readFile(hba, "utf8");
  await writeFile(hba, `local all locked scram-sha-256\nlocal all barred reject\n${rest}`);
  await asOwner("create role locked login password 'open%sesame'");
  await asOwner("create role barred login");
  await asOwner("create role guest login");
  await asOwner("create database guarded");
  await asOwner("select pg_reload_conf()");
});
afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function asOwner(statement: string): Promise<void> {
  const client = new Client(server.connection);
  await client.connect();
  await client.query(statement);
  await client.end();
}

const url = (user: string, database: string) =>
  `postgres://${user}@/${database}?host=${encodeURIComponent(server.connection.host)}`;

const open = (databaseUrl: string) => openDatabase({ databaseUrl, dataDir, entities: [], log: silentLog });

async function failure(databaseUrl: string): Promise<{ code: string; message: string; exitCode: number }> {
  const error: unknown = await open(databaseUrl).then(
    async (database) => database.close(),
    (reason: unknown) => reason,
  );
  return error as { code: string; message: string; exitCode: number };
}

test("a good DATABASE_URL opens a migratable database", async () => {
  const database = await open(url("locked:open%25sesame", "redflag"));
  expect(database.serverVersion).toBeGreaterThanOrEqual(150_000);
  const settings = await database.query(
    "select name, setting from pg_settings where name in ('application_name', 'statement_timeout', 'idle_in_transaction_session_timeout') order by name",
  );
  expect(settings).toEqual([
    { name: "application_name", setting: "redflag" },
    { name: "idle_in_transaction_session_timeout", setting: "30000" },
    { name: "statement_timeout", setting: "30000" },
  ]);
  await database.close();
});

test("D16 a wrong or missing password, a barred user and a missing role are refused without repeating the password", async () => {
  const wrong = await failure(url("locked:hunter2", "redflag"));
  expect(wrong).toMatchObject({ code: "DATABASE_REFUSED", exitCode: 77 });
  expect(wrong.message).toContain('refused the user "locked"');
  expect(wrong.message).not.toContain("hunter2");
  expect(await failure(url("locked", "redflag"))).toMatchObject({ code: "DATABASE_REFUSED" });
  expect(await failure(url("barred", "redflag"))).toMatchObject({ code: "DATABASE_REFUSED" });
  expect(await failure(url("nobody-here", "redflag"))).toMatchObject({ code: "DATABASE_REFUSED" });
});

test("D16 a missing database and a user without rights get the command that helps", async () => {
  expect(await failure(url("redflag", "missing"))).toMatchObject({
    code: "DATABASE_MISSING",
    exitCode: 78,
    message: expect.stringContaining("createdb --owner=redflag missing"),
  });
  const database = await open(url("guest", "guarded"));
  await expect(migrate(database)).rejects.toMatchObject({
    code: "DATABASE_PERMISSION",
    message: expect.stringContaining("alter database guarded owner to guest"),
  });
  await database.close();
});

test("D16 an unreachable server is named with host and port", async () => {
  const probe = createServer();
  await new Promise<void>((resolve) => void probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => void probe.close(resolve));
  const refused = await failure(`postgres://ada:secret@127.0.0.1:${port}/redflag`);
  expect(refused).toMatchObject({ code: "DATABASE_UNREACHABLE", exitCode: 69 });
  expect(refused.message).toContain(`127.0.0.1:${port}`);
  expect(refused.message).not.toContain("secret");
  expect(await failure(`postgres://ada@/redflag?host=/nowhere`)).toMatchObject({
    code: "DATABASE_UNREACHABLE",
  });
});

test("D16 what is no PostgreSQL address is refused without repeating it", async () => {
  for (const bad of [
    "mysql://ada:secret@db/redflag",
    "postgres://ada:secret@db:port/redflag",
    "postgres://ada:secret@db",
  ]) {
    const error = await failure(bad);
    expect(error).toMatchObject({ code: "DATABASE_URL_INVALID", exitCode: 78 });
    expect(error.message).not.toContain("ada:secret");
  }
});

test("D16 a server before 15 is refused with its version", () => {
  const connection = { host: "db.example.org", port: 5432 };
  expect(() => refuseOldServer(140_011, connection)).toThrow(
    "PostgreSQL at db.example.org:5432 is version 14.11, but RedFlag needs 15 or later",
  );
  expect(() => refuseOldServer(150_000, connection)).not.toThrow();
});

test("without a DATABASE_URL the embedded database is opened, kept and stopped with close", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "redflag-open-"));
  await chmod(folder, 0o755);
  const reopen = () => openDatabase({ dataDir: folder, entities: [], log: silentLog });
  const first = await reopen();
  await migrate(first);
  await first.query("insert into streams values ('box:kept', 0)");
  await first.close();
  const second = await reopen();
  expect(await migrate(second)).toEqual([]);
  expect(await second.query("select stream from streams")).toEqual([{ stream: "box:kept" }]);
  await second.close();
  await rm(folder, { recursive: true, force: true });
});

test("killed idle connections cost nothing but themselves", async () => {
  await using database = await createTestDatabase({ poolSize: 3 });
  await Promise.all([1, 2, 3].map((n) => database.query("select pg_sleep(0.05), $1::int", [n])));
  const client = new Client({ ...inject("redflagTestServer").connection });
  await client.connect();
  const { rowCount } = await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1",
    [database.connection.database],
  );
  expect(rowCount).toBe(3);
  await client.end();
  await expect.poll(() => database.query("select 1 as fine").catch(() => [])).toEqual([{ fine: 1 }]);
});
