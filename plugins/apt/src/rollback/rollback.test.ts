import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { InstallEvent } from "@redflag/plugin-sdk";
import { expect, test } from "vitest";

import { runTool } from "../../../../e2e/worlds/run-tool.js";
import { scan } from "../scan/scan.js";
import { describeApt } from "../testing/apt-suite.js";
import { installPlan, planPackages, rollBack } from "../testing/apt-world.js";
import { makeCall, type TestContext } from "../testing/test-context.js";
import { withdraw } from "../testing/withdraw.js";

/** Each test that takes something out of the archive has packages of its own. */
const PACKAGES = ["gone", "half", "lost", "needs"].flatMap((name) => [
  { name: `toy-${name}`, version: "1.0" },
  { name: `toy-${name}`, version: "2.0", ...(name === "needs" && { depends: "toy-helper" }) },
]);

describeApt("apt goes back", [...PACKAGES, { name: "toy-helper", version: "1.0" }], (world) => {
  const scanned = async (context: TestContext) => {
    context.run.step = "scan";
    return { ...(await scan(context, { refresh: false }, makeCall())), indexAgeSeconds: 0 };
  };
  const lines = (items: readonly { key: string; outcome: string; toVersion: string | null }[]) =>
    Object.fromEntries(items.map(({ key, outcome, toVersion }) => [key, `${outcome} ${toVersion}`]));

  test("R1 I1 I2 I3 what was upgraded, added and removed is as before, and so is the scan", async () => {
    const { root, context } = await world.freshRoot();
    const marks = async () => (await runTool("apt-mark", ["showauto"], { env: root.env })).split("\n");
    await runTool("apt-mark", ["auto", "toy-lib"], { env: root.env });
    const before = { scan: await scanned(context), auto: await marks() };
    const approved = await planPackages(context, ["toy-app", "toy-native", "toy-kept", "toy-conflict"]);
    expect(approved.reversibility).toMatchObject({ level: "reversible" });
    const installed = await installPlan(context, approved);
    expect(installed.receipt.outcome).toBe("succeeded");
    expect(await marks()).toContain("toy-lib");

    const { receipt, events } = await rollBack(context, installed.receipt);
    expect(receipt).toMatchObject({ planId: approved.id, planDigest: approved.digest, outcome: "succeeded" });
    expect(lines(receipt.items)).toEqual({
      "toy-app": "installed 1.0",
      "toy-lib": "installed 1.0",
      "toy-native": "installed 1:1.0-1",
      "toy-kept": "installed 1.0",
      "toy-conflict": "installed 1.0",
      "toy-newdep": "removed null",
      "toy-victim": "installed 1.0",
    });
    expect({ scan: await scanned(context), auto: await marks() }).toEqual(before);
    expect(phasesOf(events)).toEqual(["resolve true", "download true", "commit false", "check false"]);
    const percents = events.flatMap((event) => (event.type === "progress" ? [event.percent] : []));
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(percents.at(-1)).toBe(100);
    expect(events.filter(({ type }) => type === "finished")).toHaveLength(1);
  });

  test("a removed package that had come along with others comes back as such", async () => {
    const { root, context } = await world.freshRoot();
    await runTool("apt-mark", ["auto", "toy-victim"], { env: root.env });
    const { receipt } = await installPlan(context, await planPackages(context, ["toy-conflict"]));
    expect((await rollBack(context, receipt)).receipt.outcome).toBe("succeeded");
    expect(await runTool("apt-mark", ["showauto"], { env: root.env })).toBe("toy-victim\n");
  });

  test("versions that the archive has withdrawn come back from what was kept, without any archive", async () => {
    const { root, context } = await world.freshRoot({}, ["toy-gone=1.0"]);
    const before = (await scanned(context)).items;
    const { receipt } = await installPlan(context, await planPackages(context, ["toy-gone"]));
    await withdraw(world.repository, root, ["toy-gone_1.0_all.deb"]);
    await writeFile(path.join(root.dir, "etc/apt/sources.list"), "");
    expect((await rollBack(context, receipt)).receipt).toMatchObject({
      outcome: "succeeded",
      items: [{ key: "toy-gone", fromVersion: "2.0", toVersion: "1.0", outcome: "installed" }],
    });
    expect(before.map(({ key }) => key)).toContain("toy-gone");
    expect(context.run.ran.at(-1)?.rule).not.toBe("fetch-previous");
  });

  test("of a transaction that is partly lost, the rest goes back, and what the lost needs stays", async () => {
    const { root, context } = await world.freshRoot({}, ["toy-lost=1.0", "toy-needs=1.0"]);
    await withdraw(world.repository, root, ["toy-needs_1.0_all.deb"]);
    const approved = await planPackages(context, ["toy-needs", "toy-native"]);
    expect(approved.reversibility?.level).toBe("partly");
    expect(approved.reversibility?.reasons[0]).toBe(
      "toy-needs cannot go back to 1.0: no archive offers it, and it is not kept on the machine.",
    );
    const { receipt } = await installPlan(context, approved);
    const back = await rollBack(context, receipt);
    expect(back.receipt.outcome).toBe("partial");
    expect(lines(back.receipt.items)).toEqual({
      "toy-native": "installed 1:1.0-1",
      "toy-needs": "unchanged 2.0",
      "toy-helper": "unchanged 1.0",
    });
    expect(back.receipt.items.map(({ message }) => message)).toEqual([
      undefined,
      "Version 1.0 is neither kept nor offered any more.",
      "It stays, because what cannot go back needs it.",
    ]);
  });

  test("of an installation that failed in part, what it changed goes back", async () => {
    const { context } = await world.freshRoot();
    const before = await scanned(context);
    const { receipt } = await installPlan(context, await planPackages(context, ["toy-fail", "toy-native"]));
    expect(receipt.outcome).toBe("partial");
    const back = await rollBack(context, receipt);
    expect(lines(back.receipt.items)).toEqual({
      "toy-fail": "installed 1.0",
      "toy-native": "installed 1:1.0-1",
    });
    expect(await scanned(context)).toEqual(before);
  });

  test("a changed configuration file stays as its owner left it", async () => {
    const { root, context } = await world.freshRoot();
    const file = path.join(root.dir, "etc/toy-conf.conf");
    await writeFile(file, "setting=mine\n");
    const { receipt } = await installPlan(context, await planPackages(context, ["toy-conf"]));
    expect((await rollBack(context, receipt)).receipt.outcome).toBe("succeeded");
    expect(await readFile(file, "utf8")).toBe("setting=mine\n");
  });

  test("what was kept for one installation serves a later one, when the archive has it no more", async () => {
    const { root, context } = await world.freshRoot({}, ["toy-half=1.0"]);
    const first = await installPlan(context, await planPackages(context, ["toy-half"]));
    await rollBack(context, first.receipt);
    await withdraw(world.repository, root, ["toy-half_1.0_all.deb"]);
    const approved = await planPackages(context, ["toy-half"]);
    expect(approved.reversibility?.level).toBe("reversible");
    const second = await installPlan(context, approved);
    expect((await rollBack(context, second.receipt)).receipt.outcome).toBe("succeeded");
  });

  test("I4 an abort while going back waits for the end", async () => {
    const { root, context } = await world.freshRoot();
    await mkdir(path.join(root.dir, "etc"), { recursive: true });
    await writeFile(path.join(root.dir, "etc/toy-slow-seconds"), "1\n");
    const { receipt } = await installPlan(context, await planPackages(context, ["toy-slow"]));
    const abort = new AbortController();
    context.run.beforeRun = (rule) => {
      if (rule === "roll-back") setTimeout(() => abort.abort(), 20);
    };
    const back = await rollBack(context, receipt, abort.signal);
    expect(abort.signal.aborted).toBe(true);
    expect(lines(back.receipt.items)).toEqual({ "toy-slow": "installed 1.0" });
  });
});

function phasesOf(events: readonly InstallEvent[]): string[] {
  return events.flatMap((event) => (event.type === "phase" ? [`${event.phase} ${event.cancellable}`] : []));
}
