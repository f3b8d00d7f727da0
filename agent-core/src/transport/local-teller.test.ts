import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { DependencyContainer } from "tsyringe";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { identifyProcess } from "../exec/process-identity.js";
import type { JournalEntry } from "../journal/journal-entry.js";
import { LOCAL_LOCK, LocalDesk } from "../local/local-desk.js";
import { installOrder } from "../local/local-order.js";
import { PLUGIN_HOST } from "../plugins/plugin-host.js";
import { tryLock } from "../state/file-lock.js";
import { ConnectedWorld, PATIENCE } from "../testing/connected-world.js";
import { hastyClock } from "../testing/hasty-clock.js";
import { composeTestAgent, type TestAgent } from "../testing/run-test-agent.js";
import { STATE_FOLDER } from "../tokens.js";

const { signal } = new AbortController();
const WATCHER = { progress: () => undefined, line: () => undefined, waiting: () => undefined };
let world: ConnectedWorld;
let alone: DependencyContainer;

beforeEach(async () => {
  world = await ConnectedWorld.open();
  alone = await composeTestAgent(world.root, world.settings({ serverUrl: undefined }));
});
afterEach(() => world[Symbol.asyncDispose]());

/** Installs a package as the command line does, without any server. */
async function installAlone(key: string, stop = signal): Promise<JournalEntry> {
  const source = alone.resolve(PLUGIN_HOST).find("toy");
  if (!source) throw new Error("no toy");
  const plan = await source.plan({ items: [{ key, candidate: "2" }] }, { signal });
  using desk = await LocalDesk.open(alone, signal, () => undefined);
  return await desk.carryOut(installOrder(plan, "alice as root", Date.now()), WATCHER, stop);
}

const told = () => world.server.localCommands.map(({ commandId }) => commandId);
const outputs = (): string[] => {
  const folder = path.join(world.root, "state/output");
  return existsSync(folder) ? readdirSync(folder) : [];
};

test("what was installed alone is told once when the machine joins, before its scan", async () => {
  const entry = await installAlone("lib");
  expect(entry.result).toMatchObject({ state: "SUCCEEDED" });
  expect(outputs()).toHaveLength(1);
  let agent: TestAgent = await world.start();
  await world.reported();
  expect(world.server.localCommands).toMatchObject([
    {
      commandId: entry.command.id,
      type: "INSTALL",
      source: "toy",
      startedBy: "alice as root",
      state: "SUCCEEDED",
      wanted: [{ key: "lib", candidateVersion: "2" }],
      reversibility: { level: "REVERSIBLE", reasons: [] },
      items: [{ key: "lib", outcome: "SUCCEEDED", fromVersion: "1", toVersion: "2" }],
      lines: [{ text: "Installing lib" }, { text: "Setting up lib" }],
      receipt: expect.stringContaining("planDigest"),
    },
  ]);
  const { operations } = world.server;
  expect(operations.indexOf("ReportLocalCommand")).toBeLessThan(operations.indexOf("ReportScan"));
  expect(outputs()).toEqual([]);
  await agent.stop();
  agent = await world.start();
  const { length } = world.server.checkIns;
  await vi.waitUntil(() => world.server.checkIns.length > length, PATIENCE);
  expect(operations.filter((name) => name === "ReportLocalCommand")).toHaveLength(1);
});

test("N11 thirty of them come in order, ten at a time, and the scan after the last", async () => {
  const ids: string[] = [];
  for (let day = 0; day < 30; day += 1) {
    world.toy.setInstalled({ lib: "1" });
    ids.push((await installAlone("lib")).command.id);
  }
  await world.start({}, world.root, { clock: hastyClock });
  await world.reported();
  expect(told()).toEqual(ids);
  const { operations } = world.server;
  const rounds = operations
    .slice(0, operations.indexOf("ReportScan"))
    .filter((name) => name === "CheckIn" || name === "ReportLocalCommand")
    .join(" ")
    .split("CheckIn")
    .map((round) => round.trim().split(" ").filter(Boolean).length);
  expect(Math.max(...rounds)).toBe(10);
  expect(world.server.localCommands).toHaveLength(30);
}, 60_000);

test("N5 an answer that is lost: told again, recorded once", async () => {
  await installAlone("lib");
  world.server.loseAnswerOnce.add("ReportLocalCommand");
  await world.start({}, world.root, { clock: hastyClock });
  await world.reported();
  expect(world.server.operations.filter((name) => name === "ReportLocalCommand")).toHaveLength(2);
  expect(told()).toHaveLength(1);
});

test("what the server refuses is given up, and the receipts of this machine stay", async () => {
  await installAlone("lib");
  world.server.refuseLocal = true;
  const agent = await world.start();
  await world.reported();
  await agent.stop();
  world.server.refuseLocal = false;
  await world.start();
  const { length } = world.server.checkIns;
  await vi.waitUntil(() => world.server.checkIns.length > length, PATIENCE);
  expect(world.server.operations.filter((name) => name === "ReportLocalCommand")).toHaveLength(1);
  expect(told()).toEqual([]);
});

test("what was cancelled changed nothing and is not told", async () => {
  const stop = new AbortController();
  stop.abort();
  expect((await installAlone("lib", stop.signal)).result).toMatchObject({ state: "CANCELLED" });
  await world.start();
  await world.reported();
  expect(world.server.operations).not.toContain("ReportLocalCommand");
  expect(world.toy.runs()).toBe(0);
});

test("while somebody at the machine is at work the agent goes on, and tells afterwards", async () => {
  const entry = await installAlone("lib");
  const lock = tryLock(alone.resolve(STATE_FOLDER).lock(LOCAL_LOCK));
  world.server.intervalSeconds = 1;
  await world.start();
  await world.reported();
  expect(told()).toEqual([]);
  lock?.release();
  await vi.waitUntil(() => told().length > 0, PATIENCE);
  expect(told()).toEqual([entry.command.id]);
});

test("C7 an order that is killed beside a running agent is looked at while the agent talks on, and told at its end", async () => {
  world.server.intervalSeconds = 1;
  await world.start();
  await world.reported();
  const manager = spawn("sleep", ["600"], { stdio: "ignore" });
  const source = alone.resolve(PLUGIN_HOST).find("toy")!;
  const plan = await source.plan({ items: [{ key: "lib", candidate: "2" }] }, { signal });
  const order = installOrder(plan, "alice as root", Date.now());
  {
    using desk = await LocalDesk.open(alone, signal, () => undefined);
    desk.journal.accept(order);
    desk.journal.start(order.id);
    desk.journal.noteProcess(order.id, { ...identifyProcess(manager.pid!), outputFolder: world.root });
  }
  const { length } = world.server.checkIns;
  await vi.waitUntil(() => world.server.checkIns.length > length + 3, PATIENCE);
  expect(told()).toEqual([]);
  world.toy.setInstalled({ lib: "2" });
  manager.kill("SIGKILL");
  await vi.waitUntil(() => told().length > 0, PATIENCE);
  expect(world.server.localCommands).toMatchObject([{ commandId: order.id, state: "SUCCEEDED" }]);
  expect(world.toy.runs()).toBe(0);
});
