import { planDigest } from "@redflag/plugin-sdk";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  HAS_APT_WORLD,
  needsAptWorld,
  openAptWorld,
  planPackages,
  type AptWorld,
} from "../testing/apt-world.js";
import { holdLock } from "../testing/hold-lock.js";
import { makeCall, refusalOf, type TestContext } from "../testing/test-context.js";
import { plan } from "./plan.js";

describe.skipIf(!HAS_APT_WORLD)(needsAptWorld("apt plan on a real root"), { timeout: 60_000 }, () => {
  let world: AptWorld;
  beforeAll(async () => {
    world = await openAptWorld();
  }, 60_000);
  afterAll(() => world.close());

  const open = async (): Promise<TestContext> => (await world.freshRoot()).context;
  const refusal = (context: TestContext, items: { key: string; candidate: string }[]) => {
    context.run.step = "plan";
    return refusalOf(plan(context, { items }, makeCall()));
  };

  test("dependencies that are upgraded come along visibly", async () => {
    const made = await planPackages(await open(), ["toy-app"]);
    expect(made.items).toMatchObject([
      { key: "toy-app", name: "toy-app", arch: "all", fromVersion: "1.0", toVersion: "1.2" },
    ]);
    expect(made.alsoInstalls).toMatchObject([{ key: "toy-lib", fromVersion: "1.0", toVersion: "1.0.2" }]);
    expect(made).toMatchObject({ source: "apt", alsoRemoves: [], blockers: [], downloadBytes: 0 });
    expect(made.restarts).toEqual({ services: null, system: null });
    expect(made.digest).toBe(planDigest(made));
    expect(structuredClone(made)).toEqual(made);
    const left = Date.parse(made.expiresAt) - Date.now();
    expect(left).toBeGreaterThan(3_500_000);
    expect(left).toBeLessThanOrEqual(3_600_000);
  });

  test("new dependencies come along, and cannot be chosen alone", async () => {
    const context = await open();
    const made = await planPackages(context, ["toy-kept"]);
    expect(made.alsoInstalls).toMatchObject([{ key: "toy-newdep", fromVersion: null, toVersion: "1.0" }]);
    expect(made.diskBytes).toBe(4096);
    const both = await planPackages(context, ["toy-kept", "toy-newdep"]);
    expect(both.items.map(({ key }) => key).toSorted()).toEqual(["toy-kept", "toy-newdep"]);
    expect(both.alsoInstalls).toEqual([]);
    expect(await refusal(context, [{ key: "toy-newdep", candidate: "1.0" }])).toMatchObject({
      code: "UNSUPPORTED",
    });
  });

  test("removals are told apart", async () => {
    const made = await planPackages(await open(), ["toy-conflict"]);
    expect(made.alsoRemoves).toEqual([{ key: "toy-victim", name: "toy-victim", fromVersion: "1.0" }]);
  });

  test("P1 planning runs no rule that mutates", async () => {
    const context = await open();
    await planPackages(context, ["toy-app", "toy-conflict"]);
    const ran = new Set(context.run.ran.map(({ rule }) => rule));
    expect([...ran].filter((rule) => ["install", "download", "refresh-index"].includes(rule))).toEqual([]);
  });

  test("one plan made twice has one digest", async () => {
    const context = await open();
    const first = await planPackages(context, ["toy-app", "toy-native"]);
    const second = await planPackages(context, ["toy-native", "toy-app"]);
    expect(second.digest).toBe(first.digest);
    expect(second.token).toBe(first.token);
    expect(second.id).not.toBe(first.id);
  });

  test("what stands in the way is a blocker", async () => {
    const { root, context } = await world.freshRoot({ privileged: false });
    await writeFile(path.join(root.dir, "var/lib/dpkg/updates/0001"), "");
    context.files.freeBytes = async () => 1;
    const made = await planPackages(context, ["toy-kept", "toy-held"]);
    expect(made.blockers.map(({ code }) => code)).toEqual([
      "NOT_ROOT",
      "DPKG_INTERRUPTED",
      "HELD",
      "NO_SPACE",
    ]);
    expect(made.downloadBytes).toBeUndefined();
  });

  test("B11 a lock that somebody holds is a blocker", async () => {
    const { root, context } = await world.freshRoot();
    const lock = await holdLock(path.join(root.dir, "var/lib/dpkg/lock-frontend"));
    try {
      const made = await planPackages(context, ["toy-app"]);
      expect(made.blockers).toMatchObject([{ code: "LOCKED" }]);
    } finally {
      await lock.release();
    }
  });

  test("a version that is not offered is stale", async () => {
    const context = await open();
    expect(await refusal(context, [{ key: "toy-app", candidate: "9.9" }])).toMatchObject({
      code: "PLAN_STALE",
    });
    expect(await refusal(context, [{ key: "toy-app", candidate: "1.0" }])).toMatchObject({
      code: "PLAN_STALE",
      message: "No longer to be installed on this machine: toy-app 1.0. Scan again.",
    });
    expect(await refusal(context, [])).toMatchObject({ code: "UNSUPPORTED" });
  });
});
