import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type AgentProcess, runCommandLine, startAgentProcess } from "./testing/agent-process.js";
import { buildAgent } from "./testing/build-agent.js";
import { installCommand } from "./testing/install-command.js";
import { ProtocolServer } from "./testing/protocol-server.js";
import { sampleCommand } from "./testing/sample-command.js";
import { type ToyManager, writeToyManager } from "./testing/toy-manager.js";

const PATIENCE = { timeout: 20_000 };
let program: string;
let root: string;
let toy: ToyManager;
let server: ProtocolServer;
const running: AgentProcess[] = [];

beforeAll(async () => {
  program = await buildAgent();
}, 60_000);
afterAll(() => rmSync(path.dirname(program), { recursive: true, force: true }));
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "redflag-main-"));
  toy = writeToyManager(root);
  configure({});
});
afterEach(async () => {
  toy.release();
  for (const agent of running) agent.signal("SIGKILL");
  await Promise.all(running.splice(0).map((agent) => agent.exited));
  rmSync(root, { recursive: true, force: true });
});

const configure = (settings: object): void =>
  writeFileSync(path.join(root, "config.json"), JSON.stringify({ plugins: [toy.plugin], ...settings }));
const env = (more: Record<string, string> = {}) => ({
  PATH: process.env["PATH"] ?? "",
  HOME: root,
  AGENT_CONFIG_PATH: path.join(root, "config.json"),
  REDFLAG_AGENT_STATE_DIR: path.join(root, "state"),
  ...more,
});
const cli = (...argv: string[]) => runCommandLine(program, argv, env());
const breakTool = (): void => rmSync(path.join(root, "toy-pm"));

test("scan shows what is pending, keeps it at the seed's name, and the seed's flags mean the same", () => {
  const scan = cli("scan");
  expect(scan).toMatchObject({ code: 0 });
  expect(scan.stdout).toMatch(/toy\s+lib\s+1\s+2\s+security\s+high/);
  expect(scan.stdout).toContain("Toy: 2 updates, 2 of them for security");
  const kept = JSON.parse(readFileSync(path.join(root, "state/last_scan.json"), "utf8"));
  expect(kept).toMatchObject({
    version: 1,
    sources: [{ source: "toy", status: "COMPLETE", items: [{ key: "lib" }, {}] }],
  });
  const exported = JSON.parse(cli("--scan", "--export=json").stdout);
  expect(exported.sources[0].items).toHaveLength(2);
  expect(JSON.parse(cli("--export=json").stdout).sources[0].items).toHaveLength(2);
  expect(cli("--list-updates").stdout).toBe(cli("list").stdout);
  expect(cli("--status").stdout).toContain("Agent:   not running");
  expect(JSON.parse(cli("list-updates", "--json").stdout)).toMatchObject([{ source: "toy", key: "lib" }, {}]);
  expect(statSync(path.join(root, "state")).mode & 0o777).toBe(0o700);
});

test("a failed scan is never shown as up to date and keeps what was known", () => {
  toy.setInstalled({ lib: "2" });
  expect(cli("scan").stdout).toContain("Toy: 1 update");
  breakTool();
  const failed = cli("scan");
  expect(failed.code).toBe(1);
  expect(failed.stdout).toContain("SCAN FAILED");
  expect(failed.stdout).toMatch(/The last complete scan, .* ago, listed 1 update\./);
  expect(failed.stdout).not.toContain("up to date\n");
  expect(failed.stdout).toContain("do not take this machine for up to date");
  expect(cli("list").code).toBe(1);
  expect(cli("export").code).toBe(1);
  expect(cli("status").stdout).toContain("SCAN FAILED");
});

test("without any scan nothing is claimed", () => {
  expect(cli("status")).toMatchObject({ code: 0, stdout: expect.stringContaining("There was no scan yet") });
  expect(cli("list")).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("no scan yet") });
});

test("usage, configuration and plugin errors have their codes and no stack trace", () => {
  expect(cli("scn")).toMatchObject({ code: 2, stderr: expect.stringContaining("scn") });
  expect(cli("scan", "--source", "zypper")).toMatchObject({ code: 2 });
  expect(cli("--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("Exit codes") });
  configure({ serverURL: "https://x" });
  const wrong = cli("status");
  expect(wrong).toMatchObject({ code: 78, stderr: expect.stringContaining("did you mean serverUrl?") });
  configure({ plugins: ["redflag-plugin-not-there"] });
  expect(cli("scan")).toMatchObject({ code: 78, stderr: expect.stringContaining("is not installed here") });
  configure({ serverUrl: "http://redflag.example", registrationToken: "s3cret-token" });
  const insecure = cli("run");
  expect(insecure).toMatchObject({ code: 78, stderr: expect.stringContaining("not encrypted") });
  expect(insecure.stdout + insecure.stderr).not.toContain("s3cret-token");
  configure({ serverUrl: "http://127.0.0.1:9" });
  expect(cli("run")).toMatchObject({ code: 78, stderr: expect.stringContaining("not enrolled") });
  for (const { stderr } of [wrong, insecure]) expect(stderr).not.toMatch(/\n\s+at /);
});

test("a state folder that cannot be used is a sentence and a configuration error", () => {
  const scanIn = (folder: string) =>
    runCommandLine(program, ["scan"], env({ REDFLAG_AGENT_STATE_DIR: folder }));
  const below = scanIn(path.join(root, "config.json/below"));
  expect(below).toMatchObject({ code: 78, stderr: expect.stringContaining("cannot be made (ENOTDIR)") });
  if (process.platform === "linux") expect(scanIn("/proc/nope")).toMatchObject({ code: 78 });
  mkdirSync(path.join(root, "state"), { mode: 0o700 });
  writeFileSync(path.join(root, "state/credentials.json"), "{ oops");
  expect(cli("run")).toMatchObject({
    code: 78,
    stderr: expect.stringContaining("Remove the file and enrol"),
  });
});

test.skipIf(spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", tmpdir()]).status !== 0)(
  "a full disk is one clear sentence (needs unshare and mount: apt-get install util-linux)",
  () => {
    const state = path.join(root, "state");
    mkdirSync(state);
    const script =
      'mount -t tmpfs -o size=16k,mode=700 tmpfs "$1"; head -c 99999 /dev/zero >"$1/fill"; shift; exec "$@"';
    const argv = ["-rm", "sh", "-c", script, "sh", state, process.execPath, program, "scan"];
    const { status, stderr } = spawnSync("unshare", argv, { encoding: "utf8", env: env(), timeout: 60_000 });
    expect(stderr).toContain("The disk is full; no space is left to write");
    expect(stderr).not.toContain("unexpected");
    expect(status).toBe(1);
  },
);

test("a configuration file that was named and cannot be read is an error", () => {
  rmSync(path.join(root, "config.json"));
  for (const command of ["status", "scan", "run"]) {
    expect(cli(command)).toMatchObject({
      code: 78,
      stderr: expect.stringContaining("config.json cannot be read"),
    });
  }
});

test("to be enrolled is enough: the agent finds the server by itself", async () => {
  server = new ProtocolServer();
  const url = await server.start();
  const registered = startAgentProcess(
    program,
    ["register", "--server", `${url}/`, "--token", "let-me-in"],
    env(),
  );
  running.push(registered);
  expect(await registered.exited, registered.output()).toBe(0);
  expect(registered.output()).toContain("redflag-agent run");
  expect(cli("status").stdout).toContain(`Server:  ${url} (enrolled as agent_1)`);
  running.push(startAgentProcess(program, ["run"], env()));
  await vi.waitUntil(() => server.reports.length > 0, PATIENCE);
  const elsewhere = runCommandLine(
    program,
    ["status", "--json"],
    env({ REDFLAG_SERVER_URL: "https://a.example" }),
  );
  expect(JSON.parse(elsewhere.stdout)).toMatchObject({ serverUrl: "https://a.example" });
  await server.stop();
});

test("B5 hostile names and messages are harmless on the terminal", () => {
  writeFileSync(
    path.join(root, "toy-pm"),
    "#!/bin/sh\nprintf 'evil\\033]0;owned\\007\\342\\200\\256name 1\\n'\n",
    { mode: 0o755 },
  );
  const { stdout } = cli("scan");
  expect(stdout).toContain("evil\\x1b]0;owned\\x07\\u{202e}name");
  expect(stdout).not.toContain("\u001b");
});

const withServer = async (): Promise<string> => {
  server = new ProtocolServer();
  return server.start();
};
const startAgent = (url: string): AgentProcess => {
  const more = {
    REDFLAG_SERVER_URL: url,
    REDFLAG_REGISTRATION_TOKEN: "let-me-in",
    REDFLAG_STOP_TIMEOUT_SECONDS: "1",
  };
  const agent = startAgentProcess(program, ["run"], env(more));
  running.push(agent);
  return agent;
};

test("the agent stops on SIGTERM, SIGINT and a closed IPC channel, and says so by exit 0", async () => {
  const url = await withServer();
  for (const end of ["SIGTERM", "SIGINT", "disconnect"] as const) {
    const agent = startAgent(url);
    await vi.waitUntil(() => agent.output().includes("wake-up connection open"), PATIENCE);
    expect(cli("status").stdout).toContain(`running as process ${agent.pid}`);
    if (end === "disconnect") agent.disconnect();
    else agent.signal(end);
    expect(await agent.exited).toBe(0);
    expect(agent.output()).not.toContain("let-me-in");
    expect(agent.output()).not.toContain("access-");
  }
  await server.stop();
});

test("without a server the agent scans by itself until it is stopped", async () => {
  const agent = startAgentProcess(program, ["run"], env());
  running.push(agent);
  await vi.waitUntil(() => agent.output().includes("scan finished"), PATIENCE);
  expect(cli("list")).toMatchObject({ code: 0, stdout: expect.stringContaining("Toy: 2 updates") });
  agent.signal("SIGTERM");
  expect(await agent.exited).toBe(0);
});

test("kill -9 in the middle of an installation: it goes on, runs once, and the next agent tells the truth", async () => {
  const url = await withServer();
  const first = startAgent(url);
  await vi.waitUntil(() => server.reports.length > 0, PATIENCE);
  const command = await installCommand(server, ["lib", "tool"]);
  toy.hold();
  server.enqueue(command);
  await vi.waitUntil(
    () => toy.isInstalling() && server.commands.get(command.id).state === "RUNNING",
    PATIENCE,
  );
  first.signal("SIGKILL");
  await first.exited;
  const second = startAgent(url);
  server.commands.loseLease(command.id);
  await vi.waitUntil(() => second.output().includes("wake-up connection open"), PATIENCE);
  expect(toy.installed()).toEqual({ lib: "1", tool: "1" });
  toy.release();
  await vi.waitUntil(() => server.commands.get(command.id).result, PATIENCE);
  expect(server.commands.get(command.id).result).toMatchObject({ state: "SUCCEEDED", attempt: 2 });
  expect(toy.installed()).toEqual({ lib: "2", tool: "2" });
  expect(toy.runs()).toBe(1);
  const lines = [...server.commands.get(command.id).lines.values()].map((line) => line.text);
  expect(lines.filter((line) => line === "Installing lib tool")).toHaveLength(1);
  expect(lines.slice(-2)).toEqual(["Setting up lib", "Setting up tool"]);
  server.enqueue(sampleCommand({ id: "cmd_after" }));
  await vi.waitUntil(() => server.commands.get("cmd_after").result, PATIENCE);
  await server.stop();
});

test("kill -9 in the middle of a rollback: it goes on, runs once, and the next agent tells the truth", async () => {
  const url = await withServer();
  const first = startAgent(url);
  await vi.waitUntil(() => server.reports.length > 0, PATIENCE);
  const install = await installCommand(server, ["lib", "tool"]);
  server.enqueue(install);
  await vi.waitUntil(() => server.commands.get(install.id).result, PATIENCE);
  toy.hold();
  server.enqueue(sampleCommand({ id: "cmd_back", type: "ROLLBACK", rollsBack: install.id }));
  await vi.waitUntil(() => toy.isInstalling(), PATIENCE);
  first.signal("SIGKILL");
  await first.exited;
  startAgent(url);
  server.commands.loseLease("cmd_back");
  toy.release();
  await vi.waitUntil(() => server.commands.get("cmd_back").result, PATIENCE);
  expect(server.commands.get("cmd_back").result).toMatchObject({ state: "SUCCEEDED", attempt: 2 });
  expect(toy.installed()).toEqual({ lib: "1", tool: "1" });
  expect(toy.reverts()).toBe(1);
  await server.stop();
});

test("SIGTERM in the middle of an installation leaves it to itself, and the next agent tells the truth", async () => {
  const url = await withServer();
  const first = startAgent(url);
  await vi.waitUntil(() => server.reports.length > 0, PATIENCE);
  const command = await installCommand(server, ["lib", "tool"]);
  toy.hold();
  server.enqueue(command);
  await vi.waitUntil(() => toy.isInstalling(), PATIENCE);
  first.signal("SIGTERM");
  expect(await first.exited).toBe(0);
  toy.release();
  await vi.waitUntil(() => toy.installed()["tool"] === "2", PATIENCE);
  startAgent(url);
  await vi.waitUntil(() => server.commands.get(command.id).result, PATIENCE);
  expect(server.commands.get(command.id).result).toMatchObject({ state: "SUCCEEDED" });
  expect(toy.runs()).toBe(1);
  await server.stop();
});

test("an agent whose log nobody reads any more goes on", async () => {
  const url = await withServer();
  const agent = startAgent(url);
  await vi.waitUntil(() => server.reports.length > 0, PATIENCE);
  agent.closeOutput();
  server.enqueue(sampleCommand({ id: "cmd_unread" }));
  await vi.waitUntil(() => server.commands.get("cmd_unread").result, PATIENCE);
  agent.signal("SIGTERM");
  expect(await agent.exited).toBe(0);
  await server.stop();
});
