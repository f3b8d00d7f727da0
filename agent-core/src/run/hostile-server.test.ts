import { readdirSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConnectedWorld } from "../testing/connected-world.js";
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
