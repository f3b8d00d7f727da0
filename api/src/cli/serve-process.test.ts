import { execFile, fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { chmod, glob, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { TestClient } from "../testing/test-client.js";

interface Ready {
  url: string;
  setupCode?: string;
  registrationToken?: string;
}

const api = fileURLToPath(new URL("../../", import.meta.url));
const program = `${api}dist/main.js`;
let dataDir: string;
const running = new Set<ChildProcess>();

vi.setConfig({ testTimeout: 90_000 });

beforeAll(async () => {
  // Decorators do not run from sources, so this one suite needs what `npm run build` makes.
  const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));
  await promisify(execFile)(process.execPath, [tsc, "-b", api]).catch((error: { stdout?: string }) => {
    if (!existsSync(program)) throw new Error(`The server does not build: ${error.stdout}`);
  });
  dataDir = await mkdtemp("/var/tmp/redflag-serve-");
  await chmod(dataDir, 0o755);
}, 120_000);
afterAll(async () => {
  for (const child of running) child.kill("SIGKILL");
  await rm(dataDir, { recursive: true, force: true });
});

function start(environment: Record<string, string>, args: string[] = ["serve"]) {
  const { PATH = "" } = process.env;
  const child = fork(program, args, {
    env: { PATH, SERVER_PORT: "0", REDFLAG_DATA_DIR: dataDir, REDFLAG_LOG_LEVEL: "info", ...environment },
    silent: true,
  });
  running.add(child);
  const output = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ended = once(child, "exit").then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  const ready = Promise.race([
    once(child, "message").then(([message]) => message as Ready),
    ended.then((code) => Promise.reject(new Error(`It ended with ${code}: ${output.stderr}`))),
  ]);
  ready.catch(() => {});
  return { child, output, ended, ready };
}

test("a supervised server says when and where it answers, keeps its data, and ends with its supervisor", async () => {
  const first = start({ REDFLAG_LOCAL_AGENT: "1" });
  const { url, setupCode = "", registrationToken = "" } = await first.ready;
  const client = new TestClient(url);
  const password = "correct horse battery";
  await client.ask("mutation ($input: SetUpInput!) { setUp(input: $input) { errors { message } } }", {
    input: { setupCode, name: "admin", password },
  });
  const facts = { hostname: "web-1", architecture: "x64", agentVersion: "0.1.0", canInstall: true };
  const register = () =>
    new TestClient(url).ask(
      "mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) { agent { name } errors { code } } }",
      { input: { registrationToken, facts } },
    );
  expect((await register()).data.registerAgent).toEqual({ agent: { name: "web-1" }, errors: [] });
  expect((await register()).data.registerAgent).toEqual({ agent: null, errors: [{ code: "INVALID" }] });
  for (const secret of [setupCode, registrationToken, password]) {
    expect(first.output.stdout + first.output.stderr).not.toContain(secret);
  }
  first.child.disconnect();
  expect(await first.ended).toBe(0);

  const second = start({});
  const again = await second.ready;
  expect(again).toEqual({ type: "ready", url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
  const answer = await new TestClient(again.url).ask("{ server { isSetUp } }");
  expect(answer.data.server.isSetUp).toBe(true);
  second.child.kill("SIGTERM");
  expect(await second.ended).toBe(0);

  const verified = start({}, ["events", "verify"]);
  expect([await verified.ended, verified.output.stdout]).toEqual([
    0,
    expect.stringContaining("the log agree"),
  ]);
});

test("a server that was killed starts again with its data", async () => {
  const first = start({});
  await first.ready;
  first.child.kill("SIGKILL");
  await first.ended;
  const second = start({});
  await second.ready;
  second.child.kill("SIGTERM");
  expect(await second.ended).toBe(0);
});

test("a server whose embedded database dies says so and ends", async () => {
  const { ready, output, ended } = start({});
  await ready;
  const [file] = await Array.fromAsync(glob("**/postmaster.pid", { cwd: dataDir }));
  const [pid] = readFileSync(`${dataDir}/${file}`, "utf8").split("\n");
  process.kill(Number(pid), "SIGQUIT");
  expect(await ended).toBe(70);
  expect(output.stderr).toContain("The embedded PostgreSQL ended unexpectedly");
});

test("a port in use is one sentence and exit code 98", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as { port: number };
  const { ended, output } = start({ SERVER_PORT: String(port) });
  expect(await ended).toBe(98);
  expect(output.stderr).toBe(
    `Port ${port} is in use by another program. End it, or choose another with SERVER_PORT.\n`,
  );
  taken.close();
});

test("a wrong setting is one sentence and exit code 78", async () => {
  const { ended, output } = start({ REDFLAG_DATADIR: "/tmp" });
  expect(await ended).toBe(78);
  expect(output.stderr).toMatch(/^REDFLAG_DATADIR is not a setting\. Did you mean REDFLAG_DATA_DIR\?.*\n$/);
});

test("a data folder that another server uses is one sentence and exit code 75", async () => {
  const first = start({});
  await first.ready;
  const second = start({});
  expect(await second.ended).toBe(75);
  expect(second.output.stderr.trim().split("\n")).toHaveLength(1);
  first.child.kill("SIGTERM");
  await first.ended;
});

test("a database that cannot be reached is one sentence without the password, and exit code 69", async () => {
  const { ended, output } = start({ DATABASE_URL: "postgresql://redflag:hunter2@127.0.0.1:1/redflag" });
  expect(await ended).toBe(69);
  expect(output.stderr).not.toContain("hunter2");
  expect(output.stderr.trim().split("\n")).toHaveLength(1);
});

test("a command that does not exist is exit code 64, with a suggestion", async () => {
  for (const [given, meant] of [
    ["sevre", "serve"],
    ["evnts", "events"],
  ] as const) {
    const { ended, output } = start({}, [given]);
    expect(await ended).toBe(64);
    expect(output.stderr).toContain(`unknown command '${given}'`);
    expect(output.stderr).toContain(`Did you mean ${meant}?`);
  }
});

test("listening beyond loopback without a proxy prints a warning", async () => {
  const { child, ready, ended, output } = start({ SERVER_HOST: "0.0.0.0" }, []);
  expect((await ready).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(output.stderr).toContain("Warning: SERVER_HOST is 0.0.0.0");
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});
