import { readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { buildAgent } from "../testing/build-agent.js";
import { CliMachine } from "../testing/cli-machine.js";
import { HAS_PTY } from "../testing/pty-process.js";
import { type ToyManager, writeToyManager } from "../testing/toy-manager.js";

const PATIENCE = { timeout: 20_000 };
const CTRL_C = "\u0003";
let program: string;
let machine: CliMachine;
let toy: ToyManager;

beforeAll(async () => {
  program = await buildAgent();
}, 60_000);
afterAll(() => rmSync(path.dirname(program), { recursive: true, force: true }));
beforeEach(() => {
  machine = new CliMachine(program);
  toy = writeToyManager(machine.root);
  machine.configure({ plugins: [toy.plugin] });
  machine.cli("scan");
});
afterEach(async () => {
  toy.release();
  await machine[Symbol.asyncDispose]();
});

const holdDownload = (): void => writeFileSync(path.join(machine.root, "hold-download"), "");
const digestOf = (...argv: string[]): string =>
  JSON.parse(machine.cli("plan", "--format", "json", ...argv).stdout).plans[0].digest;

test("a plan shows what would change and changes nothing; exactly it is installed later", () => {
  const shown = machine.cli("plan", "lib");
  expect(shown).toMatchObject({ code: 0 });
  expect(shown.stdout).toMatch(/lib +1 +2/);
  expect(shown.stdout).not.toContain("tool");
  const short = /install --plan ([0-9a-f]{12})/.exec(shown.stdout)?.[1] ?? "none";
  expect(toy.runs()).toBe(0);
  expect(machine.cli("install", "--plan", short, "--yes")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/done +lib +1 +2[^]*Done\. Receipt: cmd_/),
  });
  expect(toy.installed()).toEqual({ lib: "2", tool: "1" });
  // The scan afterwards is the same as with a server.
  expect(machine.cli("list").stdout).not.toMatch(/^toy +lib/m);
});

test("what is asked for is said exactly, or nothing happens", () => {
  expect(machine.cli("plan")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--all, or --security"),
  });
  expect(machine.cli("plan", "lib", "--all")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("in one of these ways"),
  });
  expect(machine.cli("plan", "nosuch")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no update of nosuch"),
  });
  expect(machine.cli("plan", "--all", "--source", "dnf")).toMatchObject({ code: 2 });
  expect(machine.cli("install", "--plan", "0123456789ab", "--yes")).toMatchObject({ code: 1 });
  expect(machine.cli("install", "lib", "--plan", digestOf("lib"), "--yes")).toMatchObject({ code: 2 });
  const silent = machine.cli("install", "--all");
  expect(silent).toMatchObject({ code: 2, stderr: expect.stringContaining("Say --yes") });
  expect(silent.stdout).toMatch(/lib +1 +2/);
  expect(toy.runs()).toBe(0);
});

test("everything, or what is for security, and nothing when there is nothing", () => {
  expect(machine.cli("install", "--security", "--yes")).toMatchObject({ code: 0 });
  expect(toy.installed()).toEqual({ lib: "2", tool: "2" });
  expect(machine.cli("install", "--all", "--yes")).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("nothing to install"),
  });
  expect(toy.runs()).toBe(1);
});

test("a machine that moved since the plan was shown is not touched", () => {
  const digest = digestOf("lib", "tool");
  toy.setBroken("lib", true);
  const bad = machine.cli("install", "--plan", digest, "--yes");
  expect(bad.code).toBe(1);
  expect(bad.stdout).toMatch(/FAILED +lib/);
  expect(bad.stdout).toContain("Done in part. COMMAND_FAILED");
  expect(bad.stderr).toContain("Setting up lib");
});

test("beside a resident agent it waits its turn and names who has it", async () => {
  const agent = machine.start("run");
  await vi.waitUntil(() => agent.output().includes("scan finished"), PATIENCE);
  const first = machine.start("install", "lib", "--yes");
  toy.hold();
  await vi.waitUntil(() => toy.isInstalling(), PATIENCE);
  const second = machine.start("install", "tool", "--yes");
  const said = `process ${first.pid}, is using it. Ctrl-C ends the wait.`;
  await vi.waitUntil(() => second.output().includes(said), PATIENCE);
  const third = machine.start("scan");
  await vi.waitUntil(() => third.output().includes("Waiting for Toy"), PATIENCE);
  third.signal("SIGINT");
  expect(await third.exited).toBe(1);
  toy.release();
  expect(await first.exited, first.output()).toBe(0);
  expect(await second.exited, second.output()).toBe(0);
  expect(toy.installed()).toEqual({ lib: "2", tool: "2" });
});

test("SIGINT before the commit leaves nothing; in the commit it is finished and said", async () => {
  holdDownload();
  const early = machine.start("install", "--all", "--yes");
  await vi.waitUntil(() => early.output().includes("Resolving again"), PATIENCE);
  early.signal("SIGINT");
  expect(await early.exited).toBe(1);
  expect(early.output()).toContain("Cancelled; nothing was changed.");
  expect(toy.runs()).toBe(0);
  toy.release();
  toy.hold();
  const late = machine.start("install", "--all", "--yes");
  await vi.waitUntil(() => toy.isInstalling(), PATIENCE);
  late.signal("SIGINT");
  await vi.waitUntil(() => late.output().includes("is finished first"), PATIENCE);
  toy.release();
  expect(await late.exited, late.output()).toBe(0);
  expect(toy.installed()).toEqual({ lib: "2", tool: "2" });
});

test("C7 kill -9 in the middle: it is not run again, and the next order tells the end first", async () => {
  toy.hold();
  const first = machine.start("install", "lib", "--yes");
  await vi.waitUntil(() => toy.isInstalling(), PATIENCE);
  first.signal("SIGKILL");
  await first.exited;
  const second = machine.start("install", "tool", "--yes");
  await vi.waitUntil(() => second.output().includes("what became of it"), PATIENCE);
  toy.release();
  expect(await second.exited, second.output()).toBe(0);
  expect(second.output()).toMatch(/done +lib +1 +2[^]*done +tool +1 +2/);
  expect(toy.runs()).toBe(2);
});

test("an order whose process ended before its turn is begun by nobody else", async () => {
  const digest = digestOf("tool");
  const holder = machine.hold("source-toy");
  await vi.waitUntil(() => holder.output().includes("held"), PATIENCE);
  const waiting = machine.start("install", "--plan", digest, "--yes");
  await vi.waitUntil(
    () => waiting.output().includes(`Waiting for Toy: redflag-agent, process ${holder.pid}`),
    PATIENCE,
  );
  waiting.signal("SIGKILL");
  await waiting.exited;
  holder.signal("SIGKILL");
  await holder.exited;
  expect(machine.cli("install", "lib", "--yes")).toMatchObject({ code: 0 });
  expect(toy.installed()).toEqual({ lib: "2", tool: "1" });
});

test("what was installed last is rolled back, once, and every step leaves a receipt", () => {
  expect(machine.cli("rollback", "--yes")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no installation to roll back"),
  });
  machine.cli("install", "lib", "--yes");
  machine.cli("install", "tool", "--yes");
  const { receipts } = JSON.parse(machine.cli("receipts", "--format", "json").stdout);
  expect(receipts).toMatchObject([
    { type: "INSTALL", origin: "MACHINE", receipt: { outcome: "succeeded", items: [{ key: "tool" }] } },
    { type: "INSTALL", receipt: { items: [{ key: "lib" }] } },
  ]);
  expect(JSON.stringify(receipts)).not.toContain('"token"');
  const [, first] = receipts;
  expect(machine.cli("rollback")).toMatchObject({ code: 2, stderr: expect.stringContaining("Say --yes") });
  const back = machine.cli("rollback", "--yes");
  expect(back).toMatchObject({ code: 0, stdout: expect.stringMatching(/tool +2 +1[^]*done +tool +2 +1/) });
  expect(toy.installed()).toEqual({ lib: "2", tool: "1" });
  expect(machine.cli("rollback", first.commandId, "--yes")).toMatchObject({ code: 0 });
  expect(toy.installed()).toEqual({ lib: "1", tool: "1" });
  expect(machine.cli("rollback", first.commandId, "--yes")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("rolled back already"),
  });
  expect(machine.cli("rollback", "cmd_nosuch", "--yes")).toMatchObject({ code: 1 });
  expect(machine.cli("receipts").stdout).toContain(`toy rollback of ${first.commandId}`);
  expect(machine.cli("list").stdout).toMatch(/^toy +lib/m);
});

test("a later installation of the same package goes back first", () => {
  machine.cli("install", "lib", "--yes");
  toy.setInstalled({ lib: "1" });
  machine.cli("scan");
  machine.cli("install", "lib", "--yes");
  const { receipts } = JSON.parse(machine.cli("receipts", "--format", "json").stdout);
  const [second, first] = receipts;
  expect(machine.cli("rollback", first.commandId, "--yes")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`Roll that one back first: ${second.commandId}`),
  });
});

test("plans that have expired do not pile up", () => {
  machine.cli("plan", "lib");
  machine.cli("plan", "tool");
  machine.cli("plan", "lib");
  expect(readdirSync(path.join(machine.root, "state/plans"))).toHaveLength(2);
});

describe.skipIf(!HAS_PTY)("at a terminal (needs python3: apt-get install python3)", () => {
  test.each([
    ["y\n", 0, 1],
    ["\n", 1, 0],
    ["yesterday\n", 1, 0],
    ["\u0004", 1, 0],
    [CTRL_C, 1, 0],
  ])("the answer %j ends with %i", async (answer, code, runs) => {
    const terminal = machine.atTerminal("install", "lib");
    await vi.waitUntil(() => terminal.screen().includes("Install this? [y/N]"), PATIENCE);
    terminal.type(answer);
    expect(await terminal.exited, terminal.screen()).toBe(code);
    expect(toy.runs()).toBe(runs);
    if (runs === 1) expect(terminal.screen()).toMatch(/50 % Installing lib/);
  });

  test("Ctrl-C in the commit does not reach the package manager", async () => {
    toy.hold();
    const terminal = machine.atTerminal("install", "--all", "--yes");
    await vi.waitUntil(() => toy.isInstalling(), PATIENCE);
    terminal.type(CTRL_C);
    await vi.waitUntil(() => terminal.screen().includes("is finished first"), PATIENCE);
    toy.release();
    expect(await terminal.exited, terminal.screen()).toBe(0);
    expect(toy.installed()).toEqual({ lib: "2", tool: "2" });
  });
});
