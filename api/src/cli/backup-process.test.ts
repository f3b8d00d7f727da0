import { execFile, fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { textOf } from "../backup/testing/contents.js";
import { createTestDatabase } from "../testing/database.js";
import { TestClient } from "../testing/test-client.js";

vi.setConfig({ testTimeout: 120_000 });

const api = fileURLToPath(new URL("../../", import.meta.url));
const program = `${api}dist/main.js`;
const PASSWORD = "correct horse battery";
let folder: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));
  await promisify(execFile)(process.execPath, [tsc, "-b", api]).catch((error: { stdout?: string }) => {
    if (!existsSync(program)) throw new Error(`The server does not build: ${error.stdout}`);
  });
  folder = await mkdtemp("/var/tmp/redflag-backup-");
  await chmod(folder, 0o755);
}, 120_000);
afterAll(async () => {
  for (const child of running) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

function start(environment: Record<string, string>, args: readonly string[]) {
  const { PATH = "" } = process.env;
  const child = fork(program, args, { env: { PATH, SERVER_PORT: "0", ...environment }, silent: true });
  running.add(child);
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, "close").then(([exitCode]) => {
    running.delete(child);
    return { exitCode: exitCode as number, output };
  });
  return { child, ended };
}

const run = (environment: Record<string, string>, ...args: string[]) => start(environment, args).ended;

async function serve(environment: Record<string, string>) {
  const server = start({ ...environment, REDFLAG_LOG_LEVEL: "silent" }, ["serve"]);
  const [ready] = (await once(server.child, "message")) as [{ url: string; setupCode?: string }];
  const stop = async (): Promise<void> => {
    server.child.kill("SIGTERM");
    expect(await server.ended).toMatchObject({ exitCode: 0 });
  };
  return { ...ready, stop };
}

const setUp = (url: string, setupCode: string) =>
  new TestClient(url).ask("mutation ($input: SetUpInput!) { setUp(input: $input) { errors { message } } }", {
    input: { setupCode, name: "admin", password: PASSWORD },
  });

const logIn = async (url: string) =>
  (
    await new TestClient(url).ask(
      "mutation ($input: LogInInput!) { logIn(input: $input) { viewer { __typename } errors { message } } }",
      { input: { name: "admin", password: PASSWORD } },
    )
  ).data.logIn;

/** Transaction ids belong to one cluster and are numbered anew in another. */
const logRowsWithoutTransaction = (text: string): string => text.replaceAll(/\t\d+$/gm, "");

test("what a running server holds goes embedded → PostgreSQL server → embedded and can be logged in to", async () => {
  await using database = await createTestDatabase({ empty: true });
  const { user = "", host = "", port = 5432, password, database: name } = database.connection;
  const login = password === undefined ? user : `${user}:${encodeURIComponent(password as string)}`;
  const DATABASE_URL = `postgres://${login}@/${name}?host=${encodeURIComponent(host)}&port=${port}`;
  const first = { REDFLAG_DATA_DIR: path.join(folder, "first") };
  const second = { REDFLAG_DATA_DIR: path.join(folder, "second") };
  const [a, b, c] = ["a", "b", "c"].map((letter) => path.join(folder, `${letter}.backup`)) as [
    string,
    string,
    string,
  ];
  const server = await serve(first);
  expect((await setUp(server.url, server.setupCode ?? "")).errors).toEqual([]);
  expect(await run(first, "backup", a)).toMatchObject({
    exitCode: 0,
    output: expect.stringMatching(/^.*\/a\.backup: [1-9]\d* KiB\. /),
  });
  expect((await stat(a)).mode & 0o777).toBe(0o600);
  expect(await run(first, "restore", a, "--replace")).toMatchObject({ exitCode: 75 });
  await server.stop();

  const onServer = { DATABASE_URL, REDFLAG_DATA_DIR: folder };
  expect(await run(onServer, "restore", a)).toMatchObject({ exitCode: 0 });
  expect(await run(onServer, "backup", b)).toMatchObject({ exitCode: 0 });
  const there = await serve(onServer);
  expect(there.setupCode).toBeUndefined();
  expect(await logIn(there.url)).toEqual({ viewer: { __typename: "Viewer" }, errors: [] });
  expect(await run(onServer, "restore", a, "--replace")).toMatchObject({
    exitCode: 75,
    output: expect.stringContaining("stop all of them"),
  });
  await there.stop();

  expect(await run(second, "restore", b)).toMatchObject({ exitCode: 0 });
  expect(await run(second, "backup", c)).toMatchObject({ exitCode: 0 });
  const [textA, textB, textC] = await Promise.all([a, b, c].map(textOf));
  expect(logRowsWithoutTransaction(textC ?? "").length).toBeGreaterThan(1_000);
  const rowsOf = (text = ""): string[] =>
    logRowsWithoutTransaction(text)
      .split("\n")
      .filter((line) => !line.startsWith('{"table":"events"'));
  expect(rowsOf(textB)).toEqual(rowsOf(textA));
  expect(rowsOf(textC)).toEqual(rowsOf(textA));
  const back = await serve(second);
  expect(await logIn(back.url)).toEqual({ viewer: { __typename: "Viewer" }, errors: [] });
  await back.stop();
  expect(await run(second, "events", "verify")).toMatchObject({ exitCode: 0 });
});

test("mistakes are told in one sentence with an exit code of their own", async () => {
  const nothing = { REDFLAG_DATA_DIR: path.join(folder, "nothing") };
  const file = path.join(folder, "mistake.backup");
  expect(await run(nothing, "backup", file)).toMatchObject({
    exitCode: 66,
    output: expect.stringContaining("There is no database in"),
  });
  expect(existsSync(path.join(folder, "nothing"))).toBe(false);
  expect(await run(nothing, "restore", path.join(folder, "none"))).toMatchObject({ exitCode: 66 });
  await writeFile(file, "not a backup");
  const damaged = await run(nothing, "restore", file);
  expect(damaged).toMatchObject({ exitCode: 65, output: expect.stringContaining("is damaged at the head") });
  expect(damaged.output.trim().split("\n")).toHaveLength(1);
  const url = { DATABASE_URL: "postgres://ada:secret@127.0.0.1:1/redflag", REDFLAG_DATA_DIR: folder };
  const away = await run(url, "backup", path.join(folder, "away.backup"));
  expect(away).toMatchObject({ exitCode: 69, output: expect.stringContaining("cannot be reached") });
  expect(away.output).not.toContain("secret");
});
