import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

import { installPins } from "../../../../e2e/worlds/apt-fake-root.js";
import { addPackages } from "../../../../e2e/worlds/apt-repository.js";
import { runTool } from "../../../../e2e/worlds/run-tool.js";
import { writeToken } from "../plan/plan-token.js";
import { describeApt } from "../testing/apt-suite.js";
import { installPlan, planPackages } from "../testing/apt-world.js";
import { holdLock } from "../testing/hold-lock.js";
import { refusalOf, type TestContext } from "../testing/test-context.js";

describeApt("apt refuses to install", [], (world) => {
  const mutations = (context: TestContext) =>
    context.run.ran.map(({ rule }) => rule).filter((rule) => rule === "install" || rule === "download");

  test("P3 B14 a plan of another machine state, with the difference in words", async () => {
    const { root, context } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-app"]);
    await installPins(root, ["toy-lib=1.0.1"]);
    const refusal = await refusalOf(installPlan(context, approved));
    expect(refusal).toMatchObject({
      code: "PLAN_STALE",
      details: { difference: ["toy-lib: approved 1.0 → 1.0.2, now 1.0.1 → 1.0.2"] },
    });
    expect(refusal.message).toContain("toy-lib: approved 1.0 → 1.0.2");
    expect(mutations(context)).toEqual([]);
  });

  test("B14 a plan whose archive now brings another dependency", async () => {
    const { root, context } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-app"]);
    await addPackages(world.repository, [{ name: "toy-lib", version: "1.0.3", suite: "stable-security" }]);
    await runTool("apt-get", ["update"], { env: root.env });
    const refusal = await refusalOf(installPlan(context, approved));
    expect(refusal.details).toEqual({ difference: ["toy-lib: approved 1.0 → 1.0.2, now 1.0 → 1.0.3"] });
  });

  test("B14 a plan whose archive brings another dependency while the download runs", async () => {
    const { root, context } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-app"]);
    await addPackages(world.repository, [{ name: "toy-lib", version: "1.0.4", suite: "stable-security" }]);
    context.run.beforeRun = (rule) => {
      if (rule === "download") execFileSync("apt-get", ["update"], { env: { ...process.env, ...root.env } });
    };
    const refusal = await refusalOf(installPlan(context, approved));
    expect(refusal).toMatchObject({
      code: "PLAN_STALE",
      details: { difference: ["toy-lib: approved 1.0 → 1.0.2, now 1.0 → 1.0.4"] },
    });
    expect(mutations(context)).toEqual(["download"]);
  });

  test("a plan whose package was removed since is not installed anew", async () => {
    const { root, context } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-native"]);
    await runTool("apt-get", ["-y", "remove", "toy-native"], { env: root.env });
    expect(await refusalOf(installPlan(context, approved))).toMatchObject({ code: "PLAN_STALE" });
    expect(mutations(context)).toEqual([]);
  });

  test("I6 the same plan a second time", async () => {
    const { context } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-native"]);
    await installPlan(context, approved);
    expect(await refusalOf(installPlan(context, approved))).toMatchObject({ code: "PLAN_STALE" });
  });

  test("a plan that was altered or has expired", async () => {
    const { context } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-native"]);
    const altered = { ...approved, items: approved.items.map((item) => ({ ...item, toVersion: "9" })) };
    expect(await refusalOf(installPlan(context, altered))).toMatchObject({
      code: "PLAN_STALE",
      message: expect.stringContaining("does not match its own digest"),
    });
    const late = { ...approved, expiresAt: "2020-01-01T00:00:00.000Z" };
    expect((await refusalOf(installPlan(context, late))).message).toContain("expired at 2020");
    const timeless = { ...approved, expiresAt: "never" };
    expect((await refusalOf(installPlan(context, timeless))).message).toContain("expired at never");
    const swapped = { ...approved, token: writeToken({ contents: "0".repeat(64), promise: null }) };
    expect((await refusalOf(installPlan(context, swapped))).message).toContain("other files");
    expect(mutations(context)).toEqual([]);
  });

  test("B11 while another package manager holds the lock: LOCKED, nothing changed", async () => {
    const { root, context } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-native"]);
    const lock = await holdLock(path.join(root.dir, "var/lib/dpkg/lock-frontend"));
    try {
      expect(await refusalOf(installPlan(context, approved))).toMatchObject({
        code: "LOCKED",
        retryable: true,
      });
    } finally {
      await lock.release();
    }
  });

  test("B11 the lock of the downloads is waited for, in both phases, and then given up", async () => {
    const { root, context } = await world.freshRoot({ config: { lockTimeoutSeconds: 60 } });
    const approved = await planPackages(context, ["toy-native"]);
    const lockFile = path.join(root.dir, "var/cache/apt/archives/lock");
    let lock: Awaited<ReturnType<typeof holdLock>> | undefined;
    let pauses = 0;
    const sleep = async (): Promise<void> => {
      pauses += 1;
      await lock?.release();
      lock = undefined;
    };
    const { exec } = context.run;
    context.run.exec = async (rule, slots, call) => {
      const isAfterDownload = context.run.ran.at(-1)?.rule === "download";
      if (context.run.step === "install" && (pauses === 0 || isAfterDownload))
        lock ??= await holdLock(lockFile);
      return exec(rule, slots, call);
    };
    const waiting = { ...context, clock: { ...context.clock, sleep } };
    const { receipt } = await installPlan(waiting, approved);
    expect(receipt.outcome).toBe("succeeded");
    expect(pauses).toBe(2);
    context.run.exec = exec;
    const impatient = { ...context, config: { ...context.config, lockTimeoutSeconds: 1 } };
    const next = await planPackages(impatient, ["toy-reboot"]);
    const held = await holdLock(lockFile);
    expect(await refusalOf(installPlan(impatient, next))).toMatchObject({ code: "LOCKED" });
    await held.release();
  });

  test("I4 a cancellation before the commit phase leaves the machine as it was", async () => {
    const { context } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-native"]);
    const abort = new AbortController();
    context.run.beforeRun = (rule) => {
      if (rule === "download") abort.abort(new Error("cancelled by the test"));
    };
    await expect(installPlan(context, approved, abort.signal)).rejects.toThrow("cancelled by the test");
    expect(mutations(context)).toEqual([]);
  });

  test("a file that vanished from the archive", async () => {
    const { context } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-security-notes"]);
    const deb = path.join(world.repository.dir, "pool/stable/toy-security-notes_2.0_all.deb");
    await rm(deb);
    const refusal = await refusalOf(installPlan(context, approved));
    expect(refusal.message).toContain("toy-security-notes_2.0_all.deb");
    expect(mutations(context)).toEqual(["download"]);
  });

  test("an agent without root", async () => {
    const { context } = await world.freshRoot({ privileged: false });
    const approved = await planPackages(context, ["toy-native"]);
    expect(await refusalOf(installPlan(context, approved))).toMatchObject({ code: "PERMISSION_DENIED" });
  });
});
