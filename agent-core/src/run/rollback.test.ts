import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ClaimedCommand } from "../protocol/operations.js";
import { ConnectedWorld, PATIENCE } from "../testing/connected-world.js";
import { installCommand } from "../testing/install-command.js";
import { sampleCommand } from "../testing/sample-command.js";
import { RECEIPT_STORE } from "../tokens.js";

let world: ConnectedWorld;
let { root, server, toy } = {} as ConnectedWorld;

beforeEach(async () => {
  world = await ConnectedWorld.open();
  ({ root, server, toy } = world);
});
afterEach(() => world[Symbol.asyncDispose]());

const NEW = { lib: "2", tool: "2" };
const OLD = { lib: "1", tool: "1" };

const rollback = (changes: Partial<ClaimedCommand> = {}): ClaimedCommand =>
  sampleCommand({ id: "cmd_back", type: "ROLLBACK", rollsBack: "cmd_install", ...changes });

const receiptFile = (id: string): string => path.join(root, "state", "receipts", `${id}.json`);

/** An agent that has installed lib and tool at version 2. */
async function installed() {
  const agent = await world.start();
  await world.reported();
  server.enqueue(await installCommand(server, ["lib", "tool"]));
  expect(await world.ended("cmd_install")).toMatchObject({ state: "SUCCEEDED" });
  return agent;
}

test("an install leaves its receipt before it is told of, and a rollback takes it back and shows that in a scan", async () => {
  const agent = await installed();
  const receipts = agent.container.resolve(RECEIPT_STORE);
  expect(await receipts.find("cmd_install")).toMatchObject({
    type: "INSTALL",
    origin: "SERVER",
    receipt: { items: [{ fromVersion: "1", toVersion: "2" }, {}] },
  });
  expect(toy.installed()).toEqual(NEW);
  server.enqueue(rollback());
  expect(await world.ended("cmd_back")).toMatchObject({
    state: "SUCCEEDED",
    restart: "NONE",
    items: [
      { key: "lib", outcome: "SUCCEEDED", fromVersion: "2", toVersion: "1" },
      { key: "tool", outcome: "SUCCEEDED", fromVersion: "2", toVersion: "1" },
    ],
  });
  expect(toy.installed()).toEqual(OLD);
  const { lines, progress } = server.commands.get("cmd_back");
  expect([...lines.values()].map((line) => line.text)).toEqual(["Reverting lib=1 tool=1"]);
  expect(progress.at(-1)).toMatchObject({ isCancellable: false });
  await vi.waitUntil(() => server.reports.at(-1)?.items.length === 2, PATIENCE);
  expect((await receipts.list()).map(({ commandId }) => commandId)).toEqual(["cmd_back", "cmd_install"]);
});

test("C2 a forged rollback chooses neither packages nor versions, and without a receipt nothing is done", async () => {
  await installed();
  mkdirSync(path.join(root, "state", "elsewhere"));
  writeFileSync(path.join(root, "state", "elsewhere", "x.json"), readFileSync(receiptFile("cmd_install")));
  const forged = [
    rollback({ id: "cmd_f1", rollsBack: "cmd_never" }),
    rollback({ id: "cmd_f2", rollsBack: "../elsewhere/x" }),
    rollback({ id: "cmd_f3", rollsBack: "cmd_plan" }),
  ];
  for (const command of forged) {
    server.enqueue(command);
    expect(await world.ended(command.id)).toMatchObject({
      state: "FAILED",
      failure: { code: "RECEIPT_UNKNOWN", message: expect.stringContaining("Nothing was done.") },
    });
  }
  writeFileSync(receiptFile("cmd_install"), readFileSync(receiptFile("cmd_install"), "utf8").slice(0, 90));
  server.enqueue(rollback({ id: "cmd_f4" }));
  expect(await world.ended("cmd_f4")).toMatchObject({ failure: { code: "RECEIPT_UNKNOWN" } });
  expect(toy.installed()).toEqual(NEW);
  expect(toy.reverts()).toBe(0);
});

test("C10 a rollback that is cancelled before it changes anything leaves everything as it is", async () => {
  await installed();
  writeFileSync(path.join(root, "hold-download"), "");
  server.enqueue(rollback());
  await vi.waitUntil(() => server.commands.get("cmd_back").state === "RUNNING", PATIENCE);
  server.commands.get("cmd_back").isCancelRequested = true;
  expect(await world.ended("cmd_back")).toMatchObject({ state: "CANCELLED" });
  expect(toy.installed()).toEqual(NEW);
  expect(toy.reverts()).toBe(0);
});

test("a plugin that breaks off in the middle of an install still leaves a receipt, by which it goes back", async () => {
  await world.start();
  await world.reported();
  const command = await installCommand(server, ["lib", "tool"]);
  writeFileSync(path.join(root, "misbehave"), "");
  server.enqueue(command);
  expect(await world.ended("cmd_install")).toMatchObject({ state: "SUCCEEDED" });
  server.enqueue(rollback());
  expect(await world.ended("cmd_back")).toMatchObject({ state: "SUCCEEDED" });
  expect(toy.installed()).toEqual(OLD);
});

test("a rollback whose tool lies is contradicted by the package database", async () => {
  await installed();
  toy.hold();
  server.enqueue(rollback());
  await vi.waitUntil(() => toy.reverts() === 1, PATIENCE);
  writeFileSync(path.join(root, "toy-pm"), '#!/bin/sh\ncat "$1"/old\n', { mode: 0o755 });
  writeFileSync(path.join(root, "old"), "lib 1\ntool 2\n");
  toy.release();
  expect(await world.ended("cmd_back")).toMatchObject({
    state: "PARTIALLY_SUCCEEDED",
    items: [
      { key: "lib", outcome: "SUCCEEDED", toVersion: "1" },
      { key: "tool", outcome: "SKIPPED", toVersion: "2" },
    ],
  });
});
