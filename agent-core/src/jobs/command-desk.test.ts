import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { DeskWorld, installOf, rollbackOf } from "../testing/desk-world.js";

const IDS = ["cmd_a", "cmd_b"];
const BACK = "cmd_back";
const ENDED: ReadonlySet<string> = new Set(["SUCCEEDED", "PARTIALLY_SUCCEEDED", "FAILED", "CANCELLED"]);

const STEPS = ["claim", "lose lease", "cancel", "step", "kill", "lose journal", "start"] as const;

const end = async (world: DeskWorld): Promise<void> => {
  await world.dispose();
  expect(existsSync(world.root)).toBe(false);
};

/** Lets everything that can go on go on. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn += 1) await setImmediate();
};

async function act(world: DeskWorld, step: (typeof STEPS)[number], id: string): Promise<void> {
  const command = world.commands.get(id);
  switch (step) {
    case "claim":
      world.claim();
      break;
    case "lose lease":
      if (!ENDED.has(command.state)) world.commands.loseLease(id);
      break;
    case "cancel":
      command.isCancelRequested = true;
      world.desk?.cancel([id]);
      break;
    case "step":
      world.step();
      break;
    case "kill":
      world.kill();
      break;
    case "lose journal":
      world.loseJournal();
      break;
    case "start":
      if (!world.desk) await world.start();
  }
  await settle();
}

test("C5 an agent that lost its journal runs nothing again that was begun, and says what became of it", async () => {
  const world = new DeskWorld();
  world.commands.enqueue(installOf("cmd_a"));
  await world.start();
  world.claim();
  await settle();
  world.step();
  await settle();
  expect(world.commits.get("cmd_a")).toBe(1);
  world.loseJournal();
  world.commands.loseLease("cmd_a");
  await world.start();
  world.claim();
  await vi.waitUntil(() => world.commands.get("cmd_a").result);
  expect(world.commands.get("cmd_a").result).toMatchObject({
    state: "FAILED",
    failure: { message: expect.stringContaining("lost its journal") },
  });
  expect(world.commits.get("cmd_a")).toBe(1);
  await end(world);
});

test("C5 C7 C10 whatever happens on the way, a command is carried out at most once and both sides know how it ended", async () => {
  const steps = fc.array(fc.tuple(fc.constantFrom(...STEPS), fc.constantFrom(...IDS)), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(steps, async (schedule) => {
      const world = new DeskWorld();
      try {
        for (const id of IDS) world.commands.enqueue(installOf(id));
        await world.start();
        for (const [step, id] of schedule) await act(world, step, id);
        if (!world.desk) await world.start();
        await vi.waitUntil(
          () => {
            for (const id of IDS) {
              const { state } = world.commands.get(id);
              if (state === "CLAIMED" || state === "RUNNING") world.commands.loseLease(id);
            }
            world.claim();
            world.step();
            return IDS.every((id) => ENDED.has(world.commands.get(id).state));
          },
          { timeout: 10_000, interval: 1 },
        );
        for (const id of IDS) {
          const { state } = world.commands.get(id);
          expect(world.commits.get(id) ?? 0).toBeLessThanOrEqual(1);
          expect(state === "SUCCEEDED").toBe(world.installed.get(id) === "2");
          if (state === "CANCELLED") expect(world.commits.get(id)).toBeUndefined();
        }
      } finally {
        await end(world);
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);

test("C7 C10 whatever happens on the way, a rollback is carried out at most once, and only of what has a receipt", async () => {
  const steps = fc.array(fc.tuple(fc.constantFrom(...STEPS), fc.constantFrom("cmd_a", BACK)), {
    maxLength: 25,
  });
  await fc.assert(
    fc.asyncProperty(steps, async (schedule) => {
      const world = new DeskWorld();
      try {
        world.commands.enqueue(installOf("cmd_a"));
        world.commands.enqueue(rollbackOf("cmd_a", BACK));
        await world.start();
        for (const [step, id] of schedule) await act(world, step, id);
        if (!world.desk) await world.start();
        await vi.waitUntil(
          () => {
            for (const id of ["cmd_a", BACK]) {
              const { state } = world.commands.get(id);
              if (state === "CLAIMED" || state === "RUNNING") world.commands.loseLease(id);
            }
            world.claim();
            world.step();
            return ["cmd_a", BACK].every((id) => ENDED.has(world.commands.get(id).state));
          },
          { timeout: 10_000, interval: 1 },
        );
        const [install, back] = [world.commands.get("cmd_a"), world.commands.get(BACK)];
        expect(world.reverts.get("cmd_a") ?? 0).toBeLessThanOrEqual(1);
        if (back.state === "CANCELLED") expect(world.reverts.size).toBe(0);
        if (world.commits.size === 0) expect(back.state).not.toBe("SUCCEEDED");
        if (back.result?.failure?.code === "RECEIPT_UNKNOWN") expect(world.reverts.size).toBe(0);
        if (install.state === "SUCCEEDED") {
          expect(world.installed.get("cmd_a")).toBe(back.state === "SUCCEEDED" ? "1" : "2");
        }
      } finally {
        await end(world);
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);

test("C8 a command whose deadline has passed is not begun", async () => {
  const world = new DeskWorld();
  world.commands.enqueue({ ...installOf("cmd_a"), deadlineAt: "2020-01-01T00:00:00Z" });
  await world.start();
  world.claim();
  await vi.waitUntil(() => world.commands.get("cmd_a").result);
  expect(world.commands.get("cmd_a").result).toMatchObject({ state: "FAILED", failure: { code: "TIMEOUT" } });
  expect(world.commits.size).toBe(0);
  await end(world);
});

test("C8 a plan that has expired is not begun", async () => {
  const world = new DeskWorld();
  const command = installOf("cmd_a");
  const transaction = { ...command.transaction!, expiresAt: "2020-01-01T00:00:00Z" };
  world.commands.enqueue({ ...command, transaction });
  await world.start();
  world.claim();
  await vi.waitUntil(() => world.commands.get("cmd_a").result);
  expect(world.commands.get("cmd_a").result).toMatchObject({
    state: "FAILED",
    failure: { code: "PLAN_STALE" },
  });
  expect(world.commits.size).toBe(0);
  await end(world);
});
