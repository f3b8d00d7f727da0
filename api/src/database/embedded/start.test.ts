import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runProgram } from "../../testing/run-program.js";
import { silentLog } from "../../testing/silent-log.js";
import { processState } from "./postmaster.js";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "./start.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let dataDir: string;
let cleanUps: (() => Promise<unknown>)[];

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "redflag-embedded-"));
  await chmod(dataDir, 0o755);
  cleanUps = [];
});
afterEach(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(
  options: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {},
): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log: silentLog, ...options });
  cleanUps.push(() => server.stop());
  return server;
}

async function query(server: Pick<EmbeddedPostgres, "connection">, text: string): Promise<unknown[]> {
  const client = new Client(server.connection);
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

const isAlive = async (pid: number) => (await processState(pid)) === "alive";

/** A real process that owns the database, to be killed. */
async function startOwner() {
  const owner = runProgram("hold-database", [dataDir]);
  const { pid, connection } = (await owner.firstLine) as Pick<EmbeddedPostgres, "pid" | "connection">;
  cleanUps.push(async () => {
    owner.child.kill("SIGKILL");
    await owner.ended;
    if (await isAlive(pid)) process.kill(pid, "SIGINT");
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });
  const kill = async () => {
    owner.child.kill("SIGKILL");
    await owner.ended;
  };
  return { ...owner, pid, connection, kill };
}

test("what was written is there after a restart; the server is durable and has no TCP port", async () => {
  const first = await start();
  await query(first, "create table kept as select 7 as n");
  expect(
    await query(
      first,
      `select name, setting from pg_settings where name in
       ('listen_addresses', 'fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums') order by name`,
    ),
  ).toEqual([
    { name: "data_checksums", setting: "on" },
    { name: "fsync", setting: "on" },
    { name: "full_page_writes", setting: "on" },
    { name: "listen_addresses", setting: "" },
    { name: "synchronous_commit", setting: "on" },
  ]);
  expect((await stat(first.connection.host)).mode & 0o777).toBe(0o700);
  expect((await stat(path.join(dataDir, "database", "data"))).mode & 0o777).toBe(0o700);
  await first.stop();
  await first.stop();
  expect(await first.exited).toEqual({ exitCode: 0, signal: null });

  const second = await start();
  expect(await query(second, "select n from kept")).toEqual([{ n: 7 }]);
  const logs = (await readdir(path.join(dataDir, "database"))).filter((name) => name.includes(".log"));
  expect(logs.toSorted()).toEqual(["postgresql.log", "postgresql.log.1"]);
});

test("after kill -9 of the owner the next start ends its server and keeps every committed row", async () => {
  const owner = await startOwner();
  await query(owner, "create table kept as select generate_series(1, 1000) as n");
  await owner.kill();
  expect(await isAlive(owner.pid)).toBe(true);

  const next = await start();
  expect(next.pid).not.toBe(owner.pid);
  expect(await isAlive(owner.pid)).toBe(false);
  expect(await query(next, "select count(*)::int as rows from kept")).toEqual([{ rows: 1000 }]);
});

test("after kill -9 of owner and server the next start recovers", async () => {
  const owner = await startOwner();
  await query(owner, "create table kept as select generate_series(1, 1000) as n");
  await owner.kill();
  process.kill(owner.pid, "SIGKILL");
  await expect.poll(() => isAlive(owner.pid), { timeout: 10_000 }).toBe(false);
  const next = await start();
  expect(await query(next, "select count(*)::int as rows from kept")).toEqual([{ rows: 1000 }]);
});

test("a child of the killed server that still works is waited for", async () => {
  const owner = await startOwner();
  const working = query(
    owner,
    "select count(*) from generate_series(1, 8000000) as n where n::text like '%7%'",
  );
  const ended = working.catch(() => "cut off");
  await expect
    .poll(
      () => query(owner, "select 1 from pg_stat_activity where state = 'active' and query like '%series%'"),
      { timeout: 10_000 },
    )
    .toHaveLength(2);
  await owner.kill();
  process.kill(owner.pid, "SIGKILL");
  const next = await start();
  expect(await query(next, "select 1 as fine")).toEqual([{ fine: 1 }]);
  await ended;
});

test("a second server on the folder is refused and told which process has it", async () => {
  const owner = await startOwner();
  await expect(startEmbeddedPostgres({ dataDir, log: silentLog })).rejects.toMatchObject({
    code: "DATA_FOLDER_IN_USE",
    message: expect.stringContaining(`in use by the RedFlag server with pid ${owner.child.pid}`),
  });
  expect(await query(owner, "select 1 as still")).toEqual([{ still: 1 }]);
  owner.child.kill("SIGTERM");
  expect(await owner.ended).toMatchObject({ exitCode: 0 });
  expect(await isAlive(owner.pid)).toBe(false);
  await start();
});

/** A process that runs and one that has ended but was never collected by its parent. */
async function spawnBystander() {
  const child = spawn("sh", ["-c", "sleep 0.1 & echo $!; exec sleep 600"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  cleanUps.push(async () => child.kill());
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const zombie = Number(line.toString());
  await expect.poll(() => processState(zombie)).toBe("zombie");
  return { child, pids: [child.pid as number, zombie] };
}

test("a pid file whose process is another program, or ended uncollected, harms nobody", async () => {
  await (await start()).stop();
  const bystander = await spawnBystander();
  const file = path.join(dataDir, "database", "data", "postmaster.pid");
  const socket = path.join(dataDir, "database", "socket");
  for (const pid of bystander.pids) {
    const lines = [pid, path.dirname(file), 1, 5432, socket, "", "  1  1", "ready   ", ""];
    await writeFile(file, lines.join("\n"));
    await writeFile(path.join(socket, ".s.PGSQL.5432.lock"), lines.join("\n"));
    const server = await start();
    expect(await query(server, "select 1 as fine")).toEqual([{ fine: 1 }]);
    await server.stop();
  }
  expect(bystander.child.exitCode ?? bystander.child.signalCode).toBeNull();
});

test("an interrupted first start leaves nothing behind that hinders the next", async () => {
  for (const wait of [30, 150, 400]) {
    const owner = runProgram("hold-database", [dataDir]);
    await new Promise((resolve) => setTimeout(resolve, 150 + wait));
    owner.child.kill("SIGKILL");
    await owner.ended;
  }
  const abort = new AbortController();
  const aborted = startEmbeddedPostgres({ dataDir, log: silentLog, signal: abort.signal });
  setTimeout(() => abort.abort(), 100);
  await aborted
    .then((server) => server.stop())
    .catch((error: unknown) => {
      expect(error).toMatchObject({
        code: "DATABASE_FAILED",
        message: expect.stringContaining("interrupted"),
      });
    });
  const server = await start();
  expect(await query(server, "select current_database() as name")).toEqual([{ name: "redflag" }]);
  await server.stop();
  await start();
  const left = (await readdir(path.join(dataDir, "database"))).filter((name) => name.startsWith("data."));
  expect(left).toEqual([]);
});

test("a folder that holds something else, or another version, is named and left alone", async () => {
  const data = path.join(dataDir, "database", "data");
  await mkdir(data, { recursive: true });
  await writeFile(path.join(data, "precious.txt"), "mine");
  await expect(start()).rejects.toMatchObject({
    code: "DATA_FOLDER_DAMAGED",
    message: expect.stringContaining("PG_VERSION is missing"),
  });
  expect(await readFile(path.join(data, "precious.txt"), "utf8")).toBe("mine");
  await writeFile(path.join(data, "PG_VERSION"), "14\n");
  await expect(start()).rejects.toMatchObject({
    code: "DATA_FOLDER_DAMAGED",
    message: expect.stringContaining('belongs to PostgreSQL "14"'),
  });
});

test("a damaged database says what the server said and where its log is", async () => {
  await (await start()).stop();
  await writeFile(path.join(dataDir, "database", "data", "global", "pg_control"), Buffer.alloc(8192));
  await expect(start()).rejects.toMatchObject({
    code: "DATABASE_FAILED",
    message: expect.stringMatching(/(PANIC|FATAL).*The whole log is .*postgresql\.log/),
  });
});

test("a data folder with a very long path works, with its socket elsewhere", async () => {
  const long = path.join(dataDir, "a".repeat(120));
  const server = await start({ dataDir: long });
  expect(server.connection.host.length).toBeLessThan(100);
  expect(await query(server, "select 1 as fine")).toEqual([{ fine: 1 }]);
  await expect(startEmbeddedPostgres({ dataDir: long, log: silentLog })).rejects.toMatchObject({
    code: "DATA_FOLDER_IN_USE",
  });
  await server.stop();
  await expect(access(server.connection.host)).rejects.toMatchObject({ code: "ENOENT" });
});

test("the owner is told when the server ends by itself, and not when it was asked to", async () => {
  const told: unknown[] = [];
  const server = await start({ onExit: (exit) => told.push(exit) });
  process.kill(server.pid, "SIGKILL");
  await expect.poll(() => told, { timeout: 10_000 }).toEqual([{ exitCode: null, signal: "SIGKILL" }]);
  await server.stop();
  const next = await start({ onExit: (exit) => told.push(exit) });
  await next.stop();
  expect(told).toHaveLength(1);
});
