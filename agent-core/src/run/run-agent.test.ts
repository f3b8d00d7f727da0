import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConnectedWorld, PATIENCE } from "../testing/connected-world.js";
import { installCommand } from "../testing/install-command.js";
import { sampleCommand } from "../testing/sample-command.js";
import { JOURNAL } from "../tokens.js";

let world: ConnectedWorld;
let { root, server, proxy, toy } = {} as ConnectedWorld;

beforeEach(async () => {
  world = await ConnectedWorld.open();
  ({ root, server, proxy, toy } = world);
});
afterEach(() => world[Symbol.asyncDispose]());

const start = (...options: Parameters<ConnectedWorld["start"]>) => world.start(...options);
const reported = () => world.reported();
const ended = (id: string) => world.ended(id);
const planned = () => installCommand(server, ["lib", "tool"]);

test("an agent enrols, reports its scan, plans, installs and proves it", async () => {
  await start();
  await reported();
  expect(server.checkIns[0]).toMatchObject({ facts: { architecture: "x64" } });
  expect(server.reports[0]).toMatchObject({
    source: "toy",
    status: "COMPLETE",
    items: [{ key: "lib" }, { key: "tool" }],
  });
  server.enqueue(await planned());
  const result = await ended("cmd_install");
  expect(result).toMatchObject({ state: "SUCCEEDED", restart: "NONE" });
  expect(result!.items).toMatchObject([
    { key: "lib", outcome: "SUCCEEDED", fromVersion: "1", toVersion: "2" },
    { key: "tool", outcome: "SUCCEEDED", fromVersion: "1", toVersion: "2" },
  ]);
  const { lines, progress } = server.commands.get("cmd_install");
  expect([...lines.values()].map((line) => line.text)).toEqual([
    "Installing lib tool",
    "Setting up lib",
    "Setting up tool",
  ]);
  expect(progress.at(-1)).toMatchObject({ isCancellable: false });
  await vi.waitUntil(() => server.reports.length > 1, PATIENCE);
  const proof = server.reports.at(-1)!;
  expect(proof).toMatchObject({ status: "COMPLETE", items: [] });
  expect(proof.installed).toEqual([
    { key: "lib", version: "2" },
    { key: "tool", version: "2" },
  ]);
  expect(readdirSync(path.join(root, "state/output"))).toEqual([]);
});

test("an unchanged inventory is only a digest in the check-in", async () => {
  server.intervalSeconds = 1;
  await start();
  await reported();
  server.enqueue(sampleCommand({ id: "cmd_scan" }));
  await ended("cmd_scan");
  const before = server.reports.length;
  const { length } = server.checkIns;
  await vi.waitUntil(() => server.checkIns.length > length, PATIENCE);
  expect(server.checkIns.at(-1)!.sources[0]!.digest).toBe(server.reports.at(-1)!.digest);
  expect(server.reports).toHaveLength(before);
});

test("what must restart after an install is reported with it, and again when it has restarted", async () => {
  const restart = {
    kind: "service",
    name: "toy.service",
    keys: ["tool", "lib"],
    reason: "It runs old code.",
  } as const;
  await start();
  await reported();
  expect(server.reports[0]).not.toHaveProperty("pendingRestarts");
  const command = await planned();
  toy.setRestarts([restart]);
  server.enqueue(command);
  await ended("cmd_install");
  await vi.waitUntil(() => server.reports.length > 1, PATIENCE);
  expect(server.reports.at(-1)).toMatchObject({
    items: [],
    pendingRestarts: [{ ...restart, kind: "SERVICE", keys: ["lib", "tool"] }],
  });
  await vi.waitUntil(() => server.checkIns.at(-1)?.facts?.requiresReboot === true, PATIENCE);
  const before = server.reports.length;
  toy.setRestarts([]);
  server.enqueue(sampleCommand({ id: "cmd_scan" }));
  await ended("cmd_scan");
  await vi.waitUntil(() => server.reports.length > before, PATIENCE);
  expect(server.reports.at(-1)).toMatchObject({ pendingRestarts: [] });
});

test("C23 an installer that lies is contradicted by the package database", async () => {
  await start();
  await reported();
  const command = await planned();
  toy.hold();
  server.enqueue(command);
  await vi.waitUntil(() => toy.isInstalling(), PATIENCE);
  writeFileSync(path.join(root, "toy-pm"), '#!/bin/sh\ncat "$1"/old\n', { mode: 0o755 });
  writeFileSync(path.join(root, "old"), "lib 2\ntool 1\n");
  toy.release();
  expect(await ended("cmd_install")).toMatchObject({
    state: "PARTIALLY_SUCCEEDED",
    failure: { code: "COMMAND_FAILED", message: "1 of 2 packages are not as the plan says." },
    items: [{ outcome: "SUCCEEDED" }, { outcome: "SKIPPED" }],
  });
});

test("a plugin that breaks off while its package manager works is judged after that has ended", async () => {
  await start();
  await reported();
  const command = await planned();
  toy.hold();
  writeFileSync(path.join(root, "misbehave"), "");
  server.enqueue(command);
  const lines = () => [...server.commands.get("cmd_install").lines.values()].map(({ text }) => text);
  await vi.waitUntil(() => lines().some((line) => line.includes("still at work")), PATIENCE);
  toy.release();
  expect(await ended("cmd_install")).toMatchObject({
    state: "SUCCEEDED",
    items: [{ outcome: "SUCCEEDED" }, { outcome: "SUCCEEDED" }],
  });
});

test("a package that was installed and does not work is neither proved nor closed", async () => {
  await start();
  await reported();
  const command = await planned();
  toy.setBroken("tool", true);
  server.enqueue(command);
  expect(await ended("cmd_install")).toMatchObject({
    state: "PARTIALLY_SUCCEEDED",
    items: [{ outcome: "SUCCEEDED" }, { outcome: "FAILED", toVersion: "2" }],
  });
  await vi.waitUntil(() => server.reports.length > 1, PATIENCE);
  expect(server.reports.at(-1)).toMatchObject({
    status: "PARTIAL",
    items: [],
    failure: { code: "COMMAND_FAILED" },
  });
  toy.setBroken("tool", false);
  server.enqueue(sampleCommand({ id: "cmd_scan" }));
  expect(await ended("cmd_scan")).toMatchObject({ state: "SUCCEEDED" });
  expect(server.reports.at(-1)).toMatchObject({
    status: "COMPLETE",
    installed: [{ key: "lib", version: "2" }, {}],
  });
});

test("C2 a plan that was changed after it was shown is refused", async () => {
  await start();
  await reported();
  const command = await planned();
  const [first, ...rest] = command.transaction!.items;
  const transaction = { ...command.transaction!, items: [{ ...first!, toVersion: "666" }, ...rest] };
  server.enqueue({ ...command, transaction });
  expect(await ended("cmd_install")).toMatchObject({
    state: "FAILED",
    failure: { code: "UNTRUSTED_SOURCE" },
  });
  expect(toy.runs()).toBe(0);
});

test("a cancel before the commit stops the installation, a later one waits for its end", async () => {
  await start();
  await reported();
  const command = await planned();
  writeFileSync(path.join(root, "hold-download"), "");
  server.enqueue(command);
  await vi.waitUntil(() => server.commands.get("cmd_install").progress.length > 0, PATIENCE);
  server.commands.get("cmd_install").isCancelRequested = true;
  server.wake();
  expect(await ended("cmd_install")).toMatchObject({ state: "CANCELLED" });
  expect(toy.runs()).toBe(0);
  toy.release();
  toy.hold();
  server.enqueue({ ...command, id: "cmd_again" });
  await vi.waitUntil(() => toy.isInstalling(), PATIENCE);
  server.commands.get("cmd_again").isCancelRequested = true;
  server.wake();
  await vi.waitUntil(() => server.checkIns.length > 2, PATIENCE);
  toy.release();
  expect(await ended("cmd_again")).toMatchObject({ state: "SUCCEEDED" });
});

test("a command that waits behind an installation is cancelled at once", async () => {
  await start();
  await reported();
  const command = await planned();
  toy.hold();
  server.enqueue(command);
  await vi.waitUntil(() => toy.isInstalling(), PATIENCE);
  server.enqueue(sampleCommand({ id: "cmd_waiting" }));
  await vi.waitUntil(() => server.commands.get("cmd_waiting").state === "CLAIMED", PATIENCE);
  server.commands.get("cmd_waiting").isCancelRequested = true;
  server.wake();
  expect(await ended("cmd_waiting")).toMatchObject({ state: "CANCELLED" });
  expect(toy.isInstalling()).toBe(true);
  toy.release();
  expect(await ended("cmd_install")).toMatchObject({ state: "SUCCEEDED" });
});

test("C7 a command that is handed over again runs once and its result is told again", async () => {
  const { container } = await start();
  await reported();
  const command = await planned();
  toy.hold();
  server.enqueue(command);
  await vi.waitUntil(() => toy.isInstalling(), PATIENCE);
  server.commands.loseLease("cmd_install");
  server.wake();
  await vi.waitUntil(() => server.commands.get("cmd_install").state === "RUNNING", PATIENCE);
  toy.release();
  expect(await ended("cmd_install")).toMatchObject({ state: "SUCCEEDED", attempt: 2 });
  // The server has it before the agent knows that.
  await vi.waitUntil(() => container.resolve(JOURNAL).undelivered().length === 0, PATIENCE);
  const { resultCount } = server.commands.get("cmd_install");
  server.commands.loseLease("cmd_install");
  server.wake();
  await vi.waitUntil(() => server.commands.get("cmd_install").resultCount > resultCount, PATIENCE);
  expect(toy.runs()).toBe(1);
});

test("a result that could not be told is delivered after the server is back, also by a later process", async () => {
  const first = await start({ stopTimeoutSeconds: 5 });
  await reported();
  toy.hold();
  server.enqueue(await planned());
  await vi.waitUntil(() => toy.isInstalling(), PATIENCE);
  proxy.mode = "refuse";
  proxy.cutAll();
  toy.release();
  await vi.waitUntil(() => toy.installed()["tool"] === "2", PATIENCE);
  await vi.waitUntil(() => first.container.resolve(JOURNAL).undelivered().length === 1, PATIENCE);
  await first.stop();
  expect(server.commands.get("cmd_install").result).toBeUndefined();
  proxy.mode = "pass";
  await start();
  expect(await ended("cmd_install")).toMatchObject({ state: "SUCCEEDED" });
  await vi.waitUntil(() => server.commands.get("cmd_install").lines.size === 3, PATIENCE);
  expect(toy.runs()).toBe(1);
});

test("an agent that starts on the state of a dead one waits for the package manager and reports what is true", async () => {
  const first = await start({ stopTimeoutSeconds: 0 });
  await reported();
  toy.hold();
  server.enqueue(await planned());
  await vi.waitUntil(() => toy.isInstalling(), PATIENCE);
  await vi.waitUntil(() => server.commands.get("cmd_install").lines.size > 0, PATIENCE);
  // What lies on disk at this moment is what a kill -9 would leave.
  const dead = mkdtempSync(path.join(tmpdir(), "redflag-dead-"));
  cpSync(path.join(root, "state"), path.join(dead, "state"), { recursive: true });
  rmSync(path.join(dead, "state/locks"), { recursive: true });
  await first.stop();
  expect(server.commands.get("cmd_install").result).toBeUndefined();
  server.commands.loseLease("cmd_install");
  const second = await start({}, dead);
  await vi.waitUntil(() => server.commands.get("cmd_install").lines.size > 2, PATIENCE);
  expect(server.commands.get("cmd_install").result).toBeUndefined();
  toy.release();
  expect(await ended("cmd_install")).toMatchObject({ state: "SUCCEEDED", attempt: 2 });
  expect(toy.runs()).toBe(1);
  await second.stop();
  rmSync(dead, { recursive: true });
});

test("N2 a wake-up connection that died silently is found and opened again", async () => {
  await start();
  await reported();
  await vi.waitUntil(() => server.openSockets === 1, PATIENCE);
  proxy.cutAll();
  server.enqueue(sampleCommand({ id: "cmd_scan" }));
  expect(await ended("cmd_scan")).toMatchObject({ state: "SUCCEEDED" });
  await vi.waitUntil(() => server.openSockets === 1, PATIENCE);
});

test("two agents never share a state folder", async () => {
  await start();
  await reported();
  const second = await start();
  await expect(second.ended).rejects.toThrow(/Another agent \(process \d+\) already runs/);
});

test("a machine that is not enrolled and has no token is a configuration error", async () => {
  const agent = await start({ registrationToken: undefined });
  await expect(agent.ended).rejects.toThrow(/not enrolled/);
  const refused = await start({ registrationToken: "wrong" });
  await expect(refused.ended).rejects.toThrow(/refuses to enrol/);
});
