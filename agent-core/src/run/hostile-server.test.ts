import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConnectedWorld, PATIENCE } from "../testing/connected-world.js";
import { sampleCommand } from "../testing/sample-command.js";

let world: ConnectedWorld;

beforeEach(async () => {
  world = await ConnectedWorld.open();
});
afterEach(() => world[Symbol.asyncDispose]());

test("C2 what the server calls a command or a source names no file outside the agent's own folders", async () => {
  const { root, server } = world;
  await world.start();
  await world.reported();
  const before = readdirSync(root, { recursive: true }).filter((name) => !String(name).startsWith("state"));
  server.enqueue(sampleCommand({ id: "x/../../../by-id" }));
  server.enqueue(sampleCommand({ id: "cmd_source", source: "x/../../../by-source" }));
  server.enqueue(sampleCommand({ id: "cmd_last" }));
  expect(await world.ended("cmd_source")).toMatchObject({
    state: "FAILED",
    failure: { code: "UNSUPPORTED", message: expect.stringContaining("no source") },
  });
  expect(await world.ended("cmd_last")).toMatchObject({ state: "SUCCEEDED" });
  expect(server.commands.get("x/../../../by-id")).toMatchObject({ state: "CLAIMED" });
  const after = readdirSync(root, { recursive: true }).filter((name) => !String(name).startsWith("state"));
  expect(after.toSorted()).toEqual(before.toSorted());
});

test("a server that asks for a file instead of a source is told nothing of it", async () => {
  const { root, server } = world;
  server.intervalSeconds = 1;
  await world.start();
  await world.reported();
  const latest = { ...server.reports[0], source: "secret" };
  writeFileSync(path.join(root, "elsewhere.json"), JSON.stringify({ latest }));
  server.alsoWanted = ["../../elsewhere"];
  const { length } = server.checkIns;
  await vi.waitUntil(() => server.checkIns.length > length + 1, PATIENCE);
  expect(server.reports.map(({ source }) => source)).toEqual(["toy"]);
});
