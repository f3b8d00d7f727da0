import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConnectedWorld, PATIENCE } from "../testing/connected-world.js";
import { writeFixturePlugin } from "../testing/fixture-plugin.js";
import { sampleCommand } from "../testing/sample-command.js";

let world: ConnectedWorld;
beforeEach(async () => {
  world = await ConnectedWorld.open();
});
afterEach(() => world[Symbol.asyncDispose]());

const hold = (keys: string[] | null, id = "cmd_hold") => sampleCommand({ id, type: "HOLD", keys });
const release = (keys: string[]) => sampleCommand({ id: "cmd_release", type: "RELEASE", keys });

/** Whether the latest report says that a mark holds the package. */
const isReportedHeld = (key: string) =>
  world.server.reports.at(-1)?.items.find((item) => item.key === key)?.isHeldByMark;

test("a hold is set, judged by the package manager, proved by a scan, and released again", async () => {
  await world.start();
  await world.reported();
  world.server.enqueue(hold(["lib", "tool"]));
  expect(await world.ended("cmd_hold")).toMatchObject({
    state: "SUCCEEDED",
    items: [
      { key: "lib", outcome: "SUCCEEDED" },
      { key: "tool", outcome: "SUCCEEDED" },
    ],
  });
  expect(world.toy.isHeld("lib")).toBe(true);
  await vi.waitUntil(() => isReportedHeld("lib") === true, PATIENCE);
  world.server.enqueue(release(["lib"]));
  expect(await world.ended("cmd_release")).toMatchObject({ state: "SUCCEEDED" });
  await vi.waitUntil(() => isReportedHeld("lib") === false && isReportedHeld("tool") === true, PATIENCE);
});

test("a package that would not be held makes the whole a part, with its own reason", async () => {
  await world.start();
  world.server.enqueue(hold(["lib", "stuck"]));
  expect(await world.ended("cmd_hold")).toMatchObject({
    state: "PARTIALLY_SUCCEEDED",
    failure: { code: "COMMAND_FAILED", message: "1 of 2 packages could not be held. It is stuck." },
    items: [
      { key: "lib", outcome: "SUCCEEDED" },
      { key: "stuck", outcome: "FAILED", message: "It is stuck." },
    ],
  });
  world.server.enqueue(hold(["stuck"], "cmd_stuck"));
  expect(await world.ended("cmd_stuck")).toMatchObject({ state: "FAILED" });
  world.server.enqueue(hold(null, "cmd_nothing"));
  expect(await world.ended("cmd_nothing")).toMatchObject({
    state: "FAILED",
    failure: { code: "UNSUPPORTED", message: "The command names no package." },
  });
});

test("a source that cannot hold says so", async () => {
  await world.start({ plugins: [writeFixturePlugin(world.root)] });
  world.server.enqueue(hold(["lib"]));
  expect(await world.ended("cmd_hold")).toMatchObject({
    state: "FAILED",
    failure: { code: "UNSUPPORTED", message: "Toy cannot hold packages on the machine." },
  });
});

test("C10 an agent that stopped in the midst of a hold does it once more and tells its result once", async () => {
  const first = await world.start();
  await world.reported();
  world.toy.hold();
  world.server.enqueue(hold(["lib"]));
  const { progress } = world.server.commands.get("cmd_hold");
  await vi.waitUntil(() => world.toy.isMarking() && progress.at(-1)?.phase === "hold", PATIENCE);
  await first.stop();
  expect(world.server.commands.get("cmd_hold").result).toBeUndefined();
  world.toy.release();
  await world.start();
  expect(await world.ended("cmd_hold")).toMatchObject({ state: "SUCCEEDED" });
  expect(world.toy.isHeld("lib")).toBe(true);
  expect([world.toy.markRuns(), world.server.commands.get("cmd_hold").resultCount]).toEqual([2, 1]);
});

test("a hold that the server gave up meanwhile is not done once more", async () => {
  const first = await world.start();
  await world.reported();
  world.toy.hold();
  world.server.enqueue(hold(["lib"]));
  await vi.waitUntil(() => world.toy.isMarking(), PATIENCE);
  await first.stop();
  world.server.commands.get("cmd_hold").state = "FAILED";
  world.toy.release();
  await world.start();
  world.server.enqueue(sampleCommand({ id: "cmd_scan" }));
  expect(await world.ended("cmd_scan")).toMatchObject({ state: "SUCCEEDED" });
  expect([world.toy.markRuns(), world.toy.isHeld("lib")]).toEqual([1, false]);
});
