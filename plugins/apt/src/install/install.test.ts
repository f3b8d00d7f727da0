import type { InstallEvent } from "@redflag/plugin-sdk";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

import { installPins } from "../../../../e2e/worlds/apt-fake-root.js";
import { addPackages } from "../../../../e2e/worlds/apt-repository.js";
import { runTool } from "../../../../e2e/worlds/run-tool.js";
import { scan } from "../scan/scan.js";
import { describeApt } from "../testing/apt-suite.js";
import { installPlan, planPackages } from "../testing/apt-world.js";
import { makeCall, NOTHING_OLD, type TestContext } from "../testing/test-context.js";
import { verify } from "./verify.js";

describeApt("apt install on a real root", [], (world) => {
  const outcomes = (items: readonly { key: string; outcome: string; toVersion: string | null }[]) =>
    Object.fromEntries(items.map(({ key, outcome, toVersion }) => [key, `${outcome} ${toVersion}`]));
  const pendingKeys = async (context: TestContext): Promise<string[]> => {
    context.run.step = "scan";
    return (await scan(context, { refresh: false }, makeCall())).items.map(({ key }) => key);
  };

  test("I1 I2 I3 I5 V1 exactly the plan is installed, told as it happens, and verified", async () => {
    const { context } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-app"]);
    context.run.step = "verify";
    expect((await verify(context, approved, makeCall())).map(({ ok }) => ok)).toEqual([false, false]);

    const { events, receipt } = await installPlan(context, approved);
    expect(receipt).toMatchObject({ planId: approved.id, planDigest: approved.digest, outcome: "succeeded" });
    expect(outcomes(receipt.items)).toEqual({ "toy-app": "installed 1.2", "toy-lib": "installed 1.0.2" });
    expect(receipt.items).toMatchObject([
      { key: "toy-app", fromVersion: "1.0", role: "selected" },
      { key: "toy-lib", fromVersion: "1.0", role: "also-installed" },
    ]);
    const phases = events.filter((event) => event.type === "phase");
    expect(phases.map(({ phase, cancellable }) => `${phase} ${cancellable}`)).toEqual([
      "resolve true",
      "download true",
      "commit false",
      "check false",
    ]);
    expect(events[0]?.type).toBe("phase");
    const percents = events.flatMap((event) => (event.type === "progress" ? [event.percent] : []));
    expect(percents.length).toBeGreaterThan(3);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(percents.at(-1)).toBe(100);
    expect(events.filter(({ type }) => type === "finished")).toHaveLength(1);
    expect(structuredClone(events)).toEqual(events);

    context.run.step = "verify";
    expect((await verify(context, approved, makeCall())).every(({ ok }) => ok)).toBe(true);
    const pending = await pendingKeys(context);
    expect(pending).not.toContain("toy-app");
    expect(pending).not.toContain("toy-lib");
    expect(pending).toContain("toy-native");
  });

  test("new dependencies and removals happen as planned", async () => {
    const { context } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-kept", "toy-conflict"]);
    const { receipt } = await installPlan(context, approved);
    expect(receipt.outcome).toBe("succeeded");
    expect(outcomes(receipt.items)).toMatchObject({
      "toy-newdep": "installed 1.0",
      "toy-victim": "removed null",
    });
    context.run.step = "verify";
    expect(await verify(context, approved, makeCall())).toContainEqual({
      key: "toy-victim",
      state: "removed",
      ok: true,
      expectedVersion: null,
      installedVersion: null,
    });
  });

  test("without approved removals apt is told to remove nothing", async () => {
    const { context } = await world.freshRoot();
    await installPlan(context, await planPackages(context, ["toy-native"]));
    const commands = context.run.ran.filter(({ rule }) => rule === "install" || rule === "download");
    expect(commands.map(({ argv }) => argv.includes("--no-remove"))).toEqual([true, true]);
    expect(commands.every(({ argv }) => argv.includes("--only-upgrade"))).toBe(true);
    expect(commands.at(-1)?.argv.at(-1)).toBe("toy-native=1:1.0-1+deb12u1");
  });

  test("toy-fail: a failing maintainer script is told by package, the others are installed", async () => {
    const { context } = await world.freshRoot();
    const { events, receipt } = await installPlan(
      context,
      await planPackages(context, ["toy-fail", "toy-native"]),
    );
    expect(receipt.outcome).toBe("partial");
    expect(outcomes(receipt.items)).toEqual({
      "toy-fail": "failed 2.0",
      "toy-native": "installed 1:1.0-1+deb12u1",
    });
    expect(receipt.items.find(({ key }) => key === "toy-fail")?.message).toContain("half-configured");
    expect(lines(events)).toContain("toy-fail: boom");
  });

  test("after toy-fail, a later install is judged by itself although apt ends with 100", async () => {
    const { context } = await world.freshRoot();
    await installPlan(context, await planPackages(context, ["toy-fail"]));
    const { receipt } = await installPlan(context, await planPackages(context, ["toy-native"]));
    expect(receipt.outcome).toBe("succeeded");
  });

  test("toy-conf: a changed configuration file stays as its owner left it, without a question", async () => {
    const { root, context } = await world.freshRoot();
    const file = path.join(root.dir, "etc/toy-conf.conf");
    await writeFile(file, "setting=mine\n");
    const { receipt } = await installPlan(context, await planPackages(context, ["toy-conf"]));
    expect(receipt.outcome).toBe("succeeded");
    expect(await readFile(file, "utf8")).toBe("setting=mine\n");
    expect(await readFile(`${file}.dpkg-dist`, "utf8")).toBe("setting=2.0\n");
    expect(receipt.items).toMatchObject([
      {
        outcome: "installed",
        message:
          "Kept as it was changed on the machine: /etc/toy-conf.conf (the new one is /etc/toy-conf.conf.dpkg-dist).",
      },
    ]);
  });

  test("toy-ask: a question meets a closed input and fails instead of waiting", async () => {
    const { context } = await world.freshRoot();
    const { receipt } = await installPlan(context, await planPackages(context, ["toy-ask"]));
    expect(outcomes(receipt.items)).toEqual({ "toy-ask": "failed 2.0" });
  });

  test("toy-reboot: a package that asks for a restart is heard", async () => {
    const { context } = await world.freshRoot({ processes: NOTHING_OLD });
    const { events } = await installPlan(context, await planPackages(context, ["toy-reboot"]));
    expect(events.at(-1)).toMatchObject({
      type: "finished",
      restart: {
        services: [],
        sessions: [],
        system: true,
        reasons: ["toy-reboot asked for a restart of the machine."],
      },
    });
    context.run.step = "scan";
    expect(await scan(context, { refresh: false }, makeCall())).toMatchObject({ restartPending: true });
  });

  test("a kernel asks for a restart, although the plan comes back without what it said of restarts", async () => {
    const { root, context } = await world.freshRoot({ processes: NOTHING_OLD });
    const kernel = { name: "linux-image-toy", section: "kernel" };
    await addPackages(
      world.repository,
      ["1.0", "2.0"].map((version) => ({ ...kernel, version })),
    );
    await runTool("apt-get", ["update"], { env: root.env });
    await installPins(root, ["linux-image-toy=1.0"]);
    const approved = await planPackages(context, ["linux-image-toy"]);
    expect(approved.restarts).toEqual({
      services: null,
      system: true,
      reasons: ["linux-image-toy 2.0 is a kernel."],
    });
    const { events } = await installPlan(context, {
      ...approved,
      restarts: { services: null, system: null },
    });
    expect(events.at(-1)).toMatchObject({ type: "finished", restart: { services: [], system: true } });
  });

  test("I4 toy-slow: an abort in the commit phase waits for the end", async () => {
    const { root, context } = await world.freshRoot();
    await mkdir(path.join(root.dir, "etc"), { recursive: true });
    await writeFile(path.join(root.dir, "etc/toy-slow-seconds"), "2\n");
    const approved = await planPackages(context, ["toy-slow"]);
    const abort = new AbortController();
    context.run.beforeRun = (rule) => {
      if (rule === "install") setTimeout(() => abort.abort(), 300);
    };
    const { events, receipt } = await installPlan(context, approved, abort.signal);
    expect(abort.signal.aborted).toBe(true);
    expect(outcomes(receipt.items)).toEqual({ "toy-slow": "installed 2.0" });
    expect(lines(events)).toContain("toy-slow: 2 of 2");
  });
});

function lines(events: readonly InstallEvent[]): string[] {
  return events.flatMap((event) => (event.type === "output" ? [event.line] : []));
}
