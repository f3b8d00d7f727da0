import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Journal } from "../journal/journal.js";
import { ConnectedWorld } from "../testing/connected-world.js";
import { installCommand } from "../testing/install-command.js";
import { composeTestAgent } from "../testing/run-test-agent.js";
import { sampleCommand } from "../testing/sample-command.js";
import { runOnce } from "./run-once.js";

let world: ConnectedWorld;
let { root, server, toy } = {} as ConnectedWorld;

beforeEach(async () => {
  world = await ConnectedWorld.open();
  ({ root, server, toy } = world);
});
afterEach(() => world[Symbol.asyncDispose]());

const once = async (settings: Record<string, unknown> = {}, stop = new AbortController().signal) => {
  const container = await composeTestAgent(root, world.settings(settings));
  return runOnce(container, stop);
};

/** An installation that an earlier run planned. */
const planned = async (keys: string[]) => {
  const command = installCommand(server, keys);
  expect(await once()).toBe(true);
  return command;
};

test("one run enrols, reports and leaves; the next scans nothing that is not due", async () => {
  expect(await once()).toBe(true);
  expect(server.reports).toMatchObject([{ source: "toy", status: "COMPLETE" }]);
  expect(server.openSockets).toBe(0);
  const { latest } = JSON.parse(readFileSync(path.join(root, "state/reports/toy.json"), "utf8"));
  expect(await once()).toBe(true);
  expect(server.checkIns.length).toBeGreaterThan(1);
  const again = JSON.parse(readFileSync(path.join(root, "state/reports/toy.json"), "utf8"));
  expect(again.latest.scanNumber).toBe(latest.scanNumber);
});

test("one run carries out all that waits, and proves an installation before it leaves", async () => {
  const command = await planned(["lib", "tool"]);
  server.commands.enqueue(command);
  server.commands.enqueue(sampleCommand({ id: "cmd_scan" }));
  expect(await once()).toBe(true);
  expect(server.commands.get(command.id).result).toMatchObject({ state: "SUCCEEDED" });
  expect(server.commands.get("cmd_scan").result).toMatchObject({ state: "SUCCEEDED" });
  expect(toy.runs()).toBe(1);
  expect(server.reports.at(-1)).toMatchObject({ status: "COMPLETE", items: [] });
});

test("a run whose plugin is refused does not pass for one that knows everything, whatever earlier ones found", async () => {
  expect(await once({ serverUrl: undefined })).toBe(true);
  const missing = path.join(root, "no-plugin");
  expect(await once({ serverUrl: undefined, plugins: [toy.plugin, missing] })).toBe(false);
  expect(await once({ serverUrl: undefined, plugins: [missing] })).toBe(false);
  expect(await once({ serverUrl: undefined })).toBe(true);
});

test("a run without a server scans, and says when not everything is known", async () => {
  expect(await once({ serverUrl: undefined })).toBe(true);
  rmSync(path.join(root, "toy-pm"));
  const container = await composeTestAgent(root, {
    serverUrl: undefined,
    plugins: [toy.plugin],
    scanIntervalSeconds: 60,
  });
  const state = path.join(root, "state/reports/toy.json");
  const stored = JSON.parse(readFileSync(state, "utf8"));
  stored.latest.startedAt = "2020-01-01T00:00:00.000Z";
  writeFileSync(state, JSON.stringify(stored));
  expect(await runOnce(container, new AbortController().signal)).toBe(false);
});

test("a machine that was started anew is scanned although nothing is due", async () => {
  await once();
  const boot = path.join(root, "state/last_boot.json");
  const present = readFileSync(boot, "utf8");
  writeFileSync(boot, JSON.stringify({ version: 1, bootId: "another" }));
  const before = readFileSync(path.join(root, "state/reports/toy.json"), "utf8");
  expect(await once()).toBe(true);
  expect(readFileSync(path.join(root, "state/reports/toy.json"), "utf8")).not.toBe(before);
  expect(readFileSync(boot, "utf8")).toBe(present);
});

test("an installation of an earlier start of the machine is told as interrupted, never as done", async () => {
  const command = await planned(["lib"]);
  const survivor = { pid: 4711, startTicks: "1", bootId: "another", outputFolder: path.join(root, "none") };
  const { journal } = await Journal.open(path.join(root, "state/journal.log"), Date.now);
  journal.accept(command);
  journal.start(command.id);
  journal.noteProcess(command.id, survivor);
  journal.close();
  server.commands.enqueue(command);
  server.commands.claim(1);
  expect(await once()).toBe(true);
  const { result, lines } = server.commands.get(command.id);
  expect(result).toMatchObject({
    state: "FAILED",
    failure: { message: expect.stringContaining("The machine was restarted while it installed") },
    items: [{ key: "lib", outcome: "SKIPPED" }],
  });
  expect([...lines.values()][0]?.text).toContain("The machine was restarted while it installed");
  expect(toy.runs()).toBe(0);
});

test("a run that is stopped leaves an installation to itself, and the next run tells its true end", async () => {
  const command = await planned(["lib"]);
  toy.hold();
  server.commands.enqueue(command);
  const stop = new AbortController();
  const run = once({ stopTimeoutSeconds: 0 }, stop.signal);
  await vi.waitUntil(() => toy.isInstalling(), { timeout: 15_000 });
  stop.abort();
  expect(await run).toBe(false);
  toy.release();
  await vi.waitUntil(() => toy.installed()["lib"] === "2", { timeout: 15_000 });
  server.commands.loseLease(command.id);
  expect(await once()).toBe(true);
  expect(server.commands.get(command.id).result).toMatchObject({ state: "SUCCEEDED" });
  expect(toy.runs()).toBe(1);
});

test("a server that forgot the machine makes the run fail, unless there is a token to enrol anew", async () => {
  await once();
  server.forgetAgents();
  expect(await once({ registrationToken: undefined })).toBe(false);
  expect(await once()).toBe(true);
});

test("two agents never share a state folder, also not for one run", async () => {
  const resident = await world.start();
  await vi.waitUntil(() => server.reports.length > 0, { timeout: 15_000 });
  await expect(once()).rejects.toThrow(/Another agent \(process \d+\) already runs/);
  await resident.stop();
});

test("a machine that is not enrolled and has no token is a configuration error", async () => {
  await expect(once({ registrationToken: undefined })).rejects.toThrow(/not enrolled/);
  await expect(once({ registrationToken: "wrong" })).rejects.toThrow(/refuses to enrol/);
});
