import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { runTool } from "../../../../e2e/worlds/run-tool.js";
import { HAS_APT_WORLD, needsAptWorld, openAptWorld, type AptWorld } from "../testing/apt-world.js";
import { makeCall } from "../testing/test-context.js";
import { scan } from "./scan.js";

/** What python3-apt would upgrade, in the words of a scan. */
const PYTHON = `
import apt, json
cache = apt.Cache()
cache.upgrade(dist_upgrade=True)
print(json.dumps([
  dict(key=p._pkg.get_fullname(True), arch=p.candidate.architecture,
       installed=p.installed.version if p.installed else None, candidate=p.candidate.version)
  for p in cache.get_changes() if not p.marked_delete]))
`;

describe.skipIf(!HAS_APT_WORLD)(needsAptWorld("apt scan of a real root"), { timeout: 60_000 }, () => {
  let world: AptWorld;
  beforeAll(async () => {
    world = await openAptWorld();
  }, 60_000);
  afterAll(() => world.close());

  const scanFresh = async () => {
    const { root, context } = await world.freshRoot();
    context.run.step = "scan";
    return { root, context, report: await scan(context, { refresh: true }, makeCall()) };
  };
  const facts = ({ key, arch, installed, candidate }: Record<string, unknown>) =>
    JSON.stringify([key, arch, installed, candidate]);

  test("it equals apt-get -s dist-upgrade, item by item", async () => {
    const { root, report } = await scanFresh();
    const text = await runTool("apt-get", ["-s", "dist-upgrade"], { env: root.env });
    const theirs = [...text.matchAll(/^Inst (\S+)(?: \[(\S+)\])? \((\S+) .*\[(\w+)\]\)/gm)].map(
      ([, key, installed = null, candidate, arch]) => facts({ key, arch, installed, candidate }),
    );
    const ours = report.items.filter(({ heldBy }) => heldBy === undefined).map((item) => facts({ ...item }));
    expect(theirs.length).toBeGreaterThan(8);
    expect(ours.toSorted()).toEqual(theirs.toSorted());
  });

  test("it equals python3-apt, item by item", async () => {
    const { root, report } = await scanFresh();
    const theirs = JSON.parse(
      await runTool("/usr/bin/python3", ["-c", PYTHON], { env: root.env }),
    ) as object[];
    const ours = report.items.filter(({ heldBy }) => heldBy === undefined).map((item) => facts({ ...item }));
    expect(ours.toSorted()).toEqual(theirs.map((item) => facts({ ...item })).toSorted());
  });

  test("a report is complete, fresh, cloneable and tells kind, size, origin and hold", async () => {
    const { report } = await scanFresh();
    expect(structuredClone(report)).toEqual(report);
    expect(report).toMatchObject({ complete: true, warnings: [{ code: "PHASED", key: "toy-phased" }] });
    expect(report.indexAgeSeconds).toBeLessThan(120);
    const byKey = Object.fromEntries(report.items.map((item) => [item.key, item]));
    expect(Object.keys(byKey)).toHaveLength(report.items.length);
    expect(byKey["toy-app"]).toMatchObject({ kind: "security", origin: "Toy-Security:stable-security" });
    expect(byKey["toy-security-notes"]).toMatchObject({
      kind: "other",
      origin: "Toy:stable",
      severity: "unknown",
    });
    expect(byKey["toy-native"]?.sizeBytes).toBeGreaterThan(1000);
    expect(byKey["toy-newdep"]).toMatchObject({ installed: null, details: { change: expect.any(String) } });
    expect(byKey["toy-held"]).toMatchObject({ heldBy: ["mark"], installed: "1.0", candidate: "2.0" });
    expect(byKey["toy-kept"]).toMatchObject({
      keptBackReason: "A plain upgrade leaves it out, because it installs toy-newdep.",
    });
    expect(byKey["toy-conflict"]).toMatchObject({
      keptBackReason: "A plain upgrade leaves it out, because it removes toy-victim.",
    });
    expect(byKey["toy-kept"]).not.toHaveProperty("details");
    expect(byKey["toy-phased"]).toBeUndefined();
  });

  test("S3 S4 a held package is listed once and never at the version that is installed", async () => {
    const { context } = await world.freshRoot();
    context.run.step = "scan";
    const heldItems = async () =>
      (await scan(context, { refresh: false }, makeCall())).items.filter(({ key }) => key === "toy-held");
    const { exec } = context.run;
    context.run.exec = async (rule, slots, call) => {
      const result = await exec(rule, slots, call);
      return { ...result, stdout: result.stdout.replace("toy-held [1.0] (2.0 ", "toy-held [1.0] (1.0 ") };
    };
    expect(await heldItems()).toEqual([]);
    await context.state.delete("findings");
    context.run.exec = (rule, slots, call) =>
      exec(rule, rule === "simulate-dist-upgrade" ? { ...slots, ignoreHolds: true } : slots, call);
    expect(await heldItems()).toHaveLength(1);
  });

  test("what a plain upgrade keeps back is exactly what says so", async () => {
    const { root, report } = await scanFresh();
    const text = await runTool("apt-get", ["-s", "upgrade"], { env: root.env });
    const plain = [...text.matchAll(/^Inst (\S+)/gm)].map(([, key]) => key);
    const leftOut = report.items.filter(({ key, heldBy }) => heldBy === undefined && !plain.includes(key));
    const withReason = report.items.filter(({ keptBackReason }) => keptBackReason !== undefined);
    expect(leftOut.map(({ key }) => key).toSorted()).toEqual(["toy-conflict", "toy-kept", "toy-newdep"]);
    expect(withReason.map(({ key }) => key).toSorted()).toEqual(["toy-conflict", "toy-kept"]);
  });

  test("S1 S2 it runs no rule that changes packages, and twice gives the same", async () => {
    const { context, report } = await scanFresh();
    const again = await scan(context, { refresh: false }, makeCall());
    expect(again.items).toEqual(report.items);
    expect(context.run.ran.map(({ rule }) => rule)).not.toContain("install");
  });

  test("an ordinary user refreshes and reads an index of its own", async () => {
    const { root, context } = await world.freshRoot({ privileged: false });
    context.run.step = "scan";
    await runTool("rm", ["-rf", `${root.dir}/var/lib/apt/lists`]);
    const blind = await scan(context, { refresh: false }, makeCall());
    expect(blind).toMatchObject({ items: [], complete: false, incomplete: { code: "OFFLINE" } });
    const report = await scan(context, { refresh: true }, makeCall());
    expect(report.complete).toBe(true);
    expect(report.items.map(({ key }) => key)).toContain("toy-app");
    expect(context.run.ran.some(({ rule }) => rule === "refresh-index")).toBe(false);
  });
});
