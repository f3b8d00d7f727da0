import { appendFile, mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

import { runTool } from "../../../../e2e/worlds/run-tool.js";
import { detect } from "../detect/detect.js";
import { describeApt } from "../testing/apt-suite.js";
import { installPlan, planPackages } from "../testing/apt-world.js";
import { makeCall, type TestContext } from "../testing/test-context.js";
import { scan } from "./scan.js";

describeApt("a machine that did not change is told without asking apt", [], (world) => {
  const scanOnce = async (context: TestContext, refresh = false) => {
    context.run.step = "scan";
    const before = context.run.ran.length;
    const report = await scan(context, { refresh }, makeCall());
    return { report, rules: context.run.ran.slice(before).map(({ rule }) => rule) };
  };

  test("apt is started to tell its version only when dpkg's database is another one", async () => {
    const { root, context } = await world.freshRoot();
    const detectOnce = async () => {
      context.run.step = "detect";
      const before = context.run.ran.length;
      const detection = await detect(context, makeCall());
      return { detection, rules: context.run.ran.slice(before).map(({ rule }) => rule) };
    };
    const first = await detectOnce();
    expect(first).toMatchObject({ detection: { status: "present" }, rules: ["version"] });
    expect(await detectOnce()).toEqual({ ...first, rules: [] });
    await appendFile(path.join(root.dir, "var/lib/dpkg/status"), "\n");
    expect(await detectOnce()).toEqual(first);
  });

  test("the second scan runs no command and says the same, but for the age", async () => {
    const { context } = await world.freshRoot();
    const first = await scanOnce(context);
    expect(first.rules).toContain("simulate-dist-upgrade");
    const second = await scanOnce(context);
    expect(second.rules).toEqual([]);
    expect({ ...second.report, indexAgeSeconds: 0 }).toEqual({ ...first.report, indexAgeSeconds: 0 });
    const later = { ...context, clock: { ...context.clock, now: () => Date.now() + 30 * 86_400_000 } };
    const old = await scan(later, { refresh: false }, makeCall());
    expect(old.indexAgeSeconds).toBeGreaterThan(29 * 86_400);
    expect(old.warnings[0]).toMatchObject({ code: "INDEX_OLD" });
  });

  test("two changes of dpkg's database within a second, which apt's own cache takes for one, are both seen", async () => {
    const { root, context } = await world.freshRoot();
    const status = path.join(root.dir, "var/lib/dpkg/status");
    const apt = (...args: string[]) => runTool("apt-get", args, { env: root.env });
    await apt("-y", "-q", "install", "toy-security-notes=2.0");
    expect(await apt("-s", "dist-upgrade")).not.toContain("toy-security-notes");
    const { mtime, size } = await stat(status);
    // As with dpkg alone: apt's cache is not written anew.
    const uncached = ["-o", "Dir::Cache::pkgcache="];
    await apt("-y", "-q", ...uncached, "--allow-downgrades", "install", "toy-security-notes=1.0");
    await utimes(status, mtime, mtime);
    expect((await stat(status)).size).toBe(size);
    expect(await apt("-s", "dist-upgrade")).not.toContain("toy-security-notes");
    const { report } = await scanOnce(context);
    expect(report.items.map(({ key }) => key)).toContain("toy-security-notes");
    expect((await planPackages(context, ["toy-security-notes"])).items).toMatchObject([
      { fromVersion: "1.0" },
    ]);
  });

  test("a refresh that brings nothing new only refreshes", async () => {
    const { context } = await world.freshRoot();
    await scanOnce(context, true);
    expect((await scanOnce(context, true)).rules).toEqual(["refresh-index"]);
  });

  test("a marker of a restart is seen all the same", async () => {
    const { root, context } = await world.freshRoot();
    expect((await scanOnce(context)).report.restartPending).not.toBe(true);
    await writeFile(path.join(root.dir, "run/reboot-required"), "");
    expect(await scanOnce(context)).toMatchObject({ report: { restartPending: true }, rules: [] });
  });

  const CHANGES: readonly (readonly [string, (dir: string) => Promise<unknown>])[] = [
    ["dpkg's database", (dir) => appendFile(path.join(dir, "var/lib/dpkg/status"), "\n")],
    ["only the time of dpkg's database", (dir) => utimes(path.join(dir, "var/lib/dpkg/status"), 1, 1)],
    ["dpkg's journal", (dir) => writeFile(path.join(dir, "var/lib/dpkg/updates/0001"), "")],
    ["foreign architectures", (dir) => appendFile(path.join(dir, "var/lib/dpkg/arch"), "i386\n")],
    ["a list", (dir) => touchList(dir)],
    [
      "marks of what was installed by itself",
      (dir) => writeFile(path.join(dir, "var/lib/apt/extended_states"), ""),
    ],
    ["a pin", (dir) => writeFile(path.join(dir, "etc/apt/preferences.d/pin"), "")],
    ["the pins", (dir) => writeFile(path.join(dir, "etc/apt/preferences"), "")],
    ["a source", (dir) => writeFile(path.join(dir, "etc/apt/sources.list.d/x.list"), "")],
    ["the sources", (dir) => appendFile(path.join(dir, "etc/apt/sources.list"), "\n")],
    ["a setting", (dir) => writeFile(path.join(dir, "etc/apt/apt.conf.d/99x"), "")],
    ["the configuration", (dir) => appendFile(path.join(dir, "apt.conf"), "\n")],
    ["a key", (dir) => writeFile(path.join(dir, "etc/apt/trusted.gpg.d/x.gpg"), "")],
    ["the machine's id", (dir) => writeFile(path.join(dir, "etc/machine-id"), `${"a".repeat(32)}\n`)],
  ];
  test("any change of what the answer rests on asks apt again", async () => {
    const { root, context } = await world.freshRoot();
    await scanOnce(context);
    for (const [what, change] of CHANGES) {
      await change(root.dir);
      const { rules } = await scanOnce(context);
      expect([what, rules.includes("simulate-dist-upgrade")]).toEqual([what, true]);
      expect([what, (await scanOnce(context)).rules]).toEqual([what, []]);
    }
  });

  test("a hold, its release and an installation are seen at the next scan", async () => {
    const { root, context } = await world.freshRoot();
    const heldOf = async () =>
      (await scanOnce(context)).report.items.filter(({ heldBy }) => heldBy).map(({ key }) => key);
    expect(await heldOf()).toEqual(["toy-held"]);
    await runTool("apt-mark", ["hold", "toy-native"], { env: root.env });
    expect(await heldOf()).toEqual(["toy-held", "toy-native"]);
    await runTool("apt-mark", ["unhold", "toy-held", "toy-native"], { env: root.env });
    expect(await heldOf()).toEqual([]);
    await installPlan(context, await planPackages(context, ["toy-native"]));
    expect((await scanOnce(context)).report.items.map(({ key }) => key)).not.toContain("toy-native");
  });

  test("what changes while apt is asked is not kept", async () => {
    const { root, context } = await world.freshRoot();
    const status = path.join(root.dir, "var/lib/dpkg/status");
    const { exec } = context.run;
    context.run.exec = async (rule, slots, call) => {
      if (rule === "list-installed") await appendFile(status, "\n");
      return exec(rule, slots, call);
    };
    await scanOnce(context);
    context.run.exec = exec;
    expect((await scanOnce(context)).rules).toContain("simulate-dist-upgrade");
  });

  test("a machine whose owner moved apt's folders is asked each time", async () => {
    const { root, context } = await world.freshRoot();
    const moved = path.join(root.dir, "srv/preferences.d");
    await mkdir(moved, { recursive: true });
    await appendFile(path.join(root.dir, "apt.conf"), `Dir::Etc::preferencesparts "${moved}/";\n`);
    await scanOnce(context);
    expect((await scanOnce(context)).rules).toContain("simulate-dist-upgrade");
  });

  test("findings that are damaged or too many to keep are found again", async () => {
    const { context } = await world.freshRoot();
    const { exec } = context.run;
    const room = "x".repeat(300);
    context.run.exec = async (rule, slots, call) => {
      const result = await exec(rule, slots, call);
      if (rule !== "simulate-dist-upgrade") return result;
      const more = Array.from({ length: 3000 }, (_, i) => `Inst many-${i} [1] (2 ${room}:stable [all])\n`);
      const stdout = result.stdout.replace(/^(\d+) upgraded/m, (_, n) => `${Number(n) + 3000} upgraded`);
      return { ...result, stdout: stdout + more.join("") };
    };
    const first = await scanOnce(context);
    expect(first.report.items.length).toBeGreaterThan(3000);
    context.run.exec = exec;
    expect((await scanOnce(context)).rules).toContain("simulate-dist-upgrade");
  });

  async function touchList(dir: string): Promise<void> {
    const lists = path.join(dir, "var/lib/apt/lists");
    const [name] = (await runTool("ls", [lists])).split("\n").filter((one) => one.endsWith("_InRelease"));
    const file = path.join(lists, name ?? "");
    const text = await readFile(file);
    await rm(file);
    await writeFile(file, text);
  }
});
