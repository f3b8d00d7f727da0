import { appendFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

import { installPins } from "../../../../e2e/worlds/apt-fake-root.js";
import { runTool } from "../../../../e2e/worlds/run-tool.js";
import { isUntouched } from "../install/outcome.js";
import { readInstalled } from "../packages/installed.js";
import { describeApt, type SuiteWorld } from "../testing/apt-suite.js";
import { installPlan, planPackages, rollBack } from "../testing/apt-world.js";
import { holdLock } from "../testing/hold-lock.js";
import { makeCall, refusalOf } from "../testing/test-context.js";
import { withdraw } from "../testing/withdraw.js";

const PACKAGES = [
  { name: "toy-user", version: "1.0", depends: "toy-lib (>= 1.0.2)" },
  { name: "toy-native", version: "1:1.1-1", arch: "any" as const },
  { name: "toy-away", version: "1.0" },
  { name: "toy-away", version: "2.0" },
  { name: "toy-bad", version: "1.0" },
  { name: "toy-bad", version: "2.0" },
];

describeApt("apt refuses to go back", PACKAGES, (world) => {
  test("P3 another package needs the new version: PLAN_STALE with the difference", async () => {
    const { root, context, receipt, unchanged } = await installed(world, ["toy-app"]);
    await runTool("apt-get", ["update"], { env: root.env });
    await installPins(root, ["toy-user=1.0"]);
    await unchanged(async () => {
      expect(await refusalOf(rollBack(context, receipt))).toMatchObject({
        code: "PLAN_STALE",
        details: { difference: ["toy-user: wanted untouched, now 1.0 → removed"] },
      });
    });
  });

  test("P3 a version changed since, or a package was removed since", async () => {
    const { root, context, receipt, unchanged } = await installed(world, ["toy-app", "toy-conf"]);
    await installPins(root, ["toy-app=1.1", "--allow-downgrades"]);
    await runTool("apt-get", ["-y", "remove", "toy-conf"], { env: root.env });
    await unchanged(async () => {
      expect(await refusalOf(rollBack(context, receipt))).toMatchObject({
        code: "PLAN_STALE",
        details: { difference: ["toy-app: left as 1.2, now 1.1", "toy-conf: left as 2.0, now removed"] },
      });
    });
  });

  test("a package that was removed by the installation and put back by somebody is no hindrance", async () => {
    const { root, context, receipt } = await installed(world, ["toy-conflict", "toy-conf"]);
    await installPins(root, ["toy-conflict=1.0", "toy-victim=1.0", "--allow-downgrades"]);
    const back = await rollBack(context, receipt);
    expect(back.receipt.items.map(({ key, outcome }) => `${key} ${outcome}`)).toEqual(["toy-conf installed"]);
  });

  test("a package that is held since", async () => {
    const { root, context, receipt, unchanged } = await installed(world, ["toy-conf"]);
    await runTool("apt-mark", ["hold", "toy-conf"], { env: root.env });
    await unchanged(async () => {
      expect(await refusalOf(rollBack(context, receipt))).toMatchObject({
        code: "PLAN_STALE",
        details: { difference: ["toy-conf: held now"] },
      });
    });
  });

  test("I6 the same rollback a second time", async () => {
    const { context, receipt } = await installed(world, ["toy-conf"]);
    await rollBack(context, receipt);
    expect(await refusalOf(rollBack(context, receipt))).toMatchObject({
      code: "PLAN_STALE",
      message: expect.stringContaining("everything already is as it was"),
    });
  });

  test("a kept package that was changed: UNTRUSTED_SOURCE; the next attempt takes the archive's", async () => {
    const { context, dataDir, receipt, unchanged } = await installed(world, ["toy-conf"]);
    await appendFile(path.join(dataDir, "kept", receipt.planId, "toy-conf_1.0_all.deb"), "x");
    await unchanged(async () => {
      expect(await refusalOf(rollBack(context, receipt))).toMatchObject({ code: "UNTRUSTED_SOURCE" });
    });
    expect((await rollBack(context, receipt)).receipt.outcome).toBe("succeeded");
    expect(context.run.ran.map(({ rule }) => rule)).toContain("fetch-previous");
  });

  test("versions that can be had nowhere: said before the approval, and refused", async () => {
    const { root, context } = await world.freshRoot({}, ["toy-away=1.0"]);
    await withdraw(world.repository, root, ["toy-away_1.0_all.deb"]);
    const approved = await planPackages(context, ["toy-away"]);
    expect(approved.reversibility).toEqual({
      level: "not",
      reasons: ["toy-away cannot go back to 1.0: no archive offers it, and it is not kept on the machine."],
    });
    const { receipt } = await installPlan(context, approved);
    expect(await refusalOf(rollBack(context, receipt))).toMatchObject({
      code: "UNSUPPORTED",
      message: expect.stringContaining("toy-away 1.0"),
    });
  });

  test("X1 B2 a receipt with hostile names, versions or ids: refused, nothing changed", async () => {
    const { context, receipt, unchanged } = await installed(world, ["toy-conf"]);
    const [line] = receipt.items;
    const hostile = [
      { ...receipt, items: [{ ...line!, fromVersion: "1;id" }] },
      { ...receipt, items: [{ ...line!, fromVersion: "-oAPT::Update::Pre-Invoke::=sh" }] },
      { ...receipt, items: [{ ...line!, key: "-o", name: "-o", fromVersion: null }] },
      { ...receipt, items: [{ ...line!, key: "bash", name: "bash", fromVersion: null, toVersion: "1" }] },
    ];
    await unchanged(async () => {
      for (const one of hostile)
        expect(["UNSUPPORTED", "PLAN_STALE"]).toContain((await refusalOf(rollBack(context, one))).code);
    });
    expect(context.run.ran.map(({ rule }) => rule)).not.toContain("roll-back");
    const elsewhere = { ...receipt, planId: "../../../etc" };
    expect((await rollBack(context, elsewhere)).receipt.outcome).toBe("succeeded");
  });

  test("B11 while another package manager holds the lock: LOCKED, nothing changed", async () => {
    const { root, context, receipt, unchanged } = await installed(world, ["toy-conf"]);
    const lock = await holdLock(path.join(root.dir, "var/lib/dpkg/lock-frontend"));
    await unchanged(async () => {
      expect(await refusalOf(rollBack(context, receipt))).toMatchObject({ code: "LOCKED", retryable: true });
    });
    await lock.release();
    expect((await rollBack(context, receipt)).receipt.outcome).toBe("succeeded");
  });

  test("I4 a cancellation before anything is changed", async () => {
    const { context, receipt, unchanged } = await installed(world, ["toy-conf"]);
    const abort = new AbortController();
    context.run.beforeRun = (rule) => {
      if (rule === "simulate-rollback") abort.abort(new Error("cancelled by the test"));
    };
    await unchanged(async () => {
      await expect(rollBack(context, receipt, abort.signal)).rejects.toThrow("cancelled by the test");
    });
  });

  test("an agent without root", async () => {
    const { context, receipt } = await installed(world, ["toy-conf"]);
    const user = { ...context, host: { ...context.host, privileged: false } };
    expect(await refusalOf(rollBack(user, receipt))).toMatchObject({ code: "PERMISSION_DENIED" });
  });
});

async function installed(world: SuiteWorld, keys: readonly string[]) {
  const { root, context, dataDir } = await world.freshRoot();
  const { receipt } = await installPlan(context, await planPackages(context, keys));
  const unchanged = async (body: () => Promise<void>): Promise<void> => {
    const before = await readInstalled(context, makeCall());
    await body();
    expect(isUntouched({ before, after: await readInstalled(context, makeCall()) })).toBe(true);
  };
  return { root, context, dataDir, receipt, unchanged };
}
