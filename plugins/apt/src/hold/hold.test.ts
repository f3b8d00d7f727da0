import { appendFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { FakeRoot } from "../../../../e2e/worlds/apt-fake-root.js";
import { runTool } from "../../../../e2e/worlds/run-tool.js";
import { plan } from "../plan/plan.js";
import { scan } from "../scan/scan.js";
import {
  HAS_APT_WORLD,
  installPlan,
  needsAptWorld,
  openAptWorld,
  planPackages,
  type AptWorld,
} from "../testing/apt-world.js";
import { holdLock } from "../testing/hold-lock.js";
import { makeCall, refusalOf, type TestContext } from "../testing/test-context.js";
import { hold } from "./hold.js";

describe.skipIf(!HAS_APT_WORLD)(needsAptWorld("holding packages with apt-mark"), { timeout: 60_000 }, () => {
  let world: AptWorld;
  beforeAll(async () => {
    world = await openAptWorld();
  }, 60_000);
  afterAll(() => world.close());

  const holdIt = (context: TestContext, keys: readonly string[], isHeld: boolean, signal?: AbortSignal) => {
    context.run.step = "hold";
    return hold(context, keys, isHeld, makeCall(signal));
  };
  const scanIt = (context: TestContext) => {
    context.run.step = "scan";
    return scan(context, { refresh: false }, makeCall());
  };
  const marks = async (root: FakeRoot) =>
    (await runTool("apt-mark", ["showhold"], { env: root.env })).split("\n").filter(Boolean);
  const versionOf = (root: FakeRoot, name: string) =>
    runTool("dpkg-query", ["--show", "--showformat=${Version}", name], { env: root.env });

  test("a held package is listed as held by a mark, and plain apt at the machine leaves it", async () => {
    const { root, context } = await world.freshRoot();
    expect(await holdIt(context, ["toy-conf", "toy-native"], true)).toEqual([
      { key: "toy-conf", isHeld: true },
      { key: "toy-native", isHeld: true },
    ]);
    expect(await marks(root)).toEqual(["toy-conf", "toy-held", "toy-native"]);
    const { items } = await scanIt(context);
    expect(items.filter(({ heldBy }) => heldBy).map(({ key, heldBy }) => [key, heldBy])).toEqual([
      ["toy-conf", ["mark"]],
      ["toy-held", ["mark"]],
      ["toy-native", ["mark"]],
    ]);
    await runTool("apt-get", ["-y", "-q", "install", "--only-upgrade", "toy-app", "toy-security-notes"], {
      env: root.env,
    });
    expect(await versionOf(root, "toy-app")).toBe("1.2");
    const simulated = await runTool("apt-get", ["-s", "dist-upgrade"], { env: root.env });
    expect(simulated).toContain("Inst toy-fail ");
    expect(simulated).not.toMatch(/^Inst toy-(conf|native) /m);
    await expect(runTool("apt-get", ["-y", "-q", "install", "toy-conf"], { env: root.env })).rejects.toThrow(
      "Held packages were changed",
    );
    expect(await versionOf(root, "toy-conf")).toBe("1.0");
    expect(await versionOf(root, "toy-native")).toBe("1:1.0-1");
  });

  test("a plan of a held package is blocked, and one made before the hold is out of date", async () => {
    const { root, context } = await world.freshRoot();
    const before = await planPackages(context, ["toy-conf"]);
    await holdIt(context, ["toy-conf"], true);
    expect((await refusalOf(installPlan(context, before))).code).toBe("PLAN_STALE");
    context.run.step = "plan";
    const { blockers } = await plan(context, { items: [{ key: "toy-conf", candidate: "2.0" }] }, makeCall());
    expect(blockers.filter(({ code }) => code === "HELD").map(({ key }) => key)).toEqual(["toy-conf"]);
    expect(await versionOf(root, "toy-conf")).toBe("1.0");
  });

  test("releasing takes marks away whoever set them; doing either twice runs nothing", async () => {
    const { root, context } = await world.freshRoot();
    expect(await holdIt(context, ["toy-held", "toy-conf"], false)).toEqual([
      { key: "toy-held", isHeld: false },
      { key: "toy-conf", isHeld: false },
    ]);
    expect(await marks(root)).toEqual([]);
    const status = path.join(root.dir, "var/lib/dpkg/status");
    const text = await readFile(status, "utf8");
    await holdIt(context, ["toy-held"], false);
    expect(await readFile(status, "utf8")).toBe(text);
    const { items } = await scanIt(context);
    expect(items.some(({ heldBy }) => heldBy)).toBe(false);
  });

  test("a pin stays, and the scan says so", async () => {
    const { root, context } = await world.freshRoot();
    const file = path.join(root.dir, "etc/apt/preferences.d/pins");
    await writeFile(file, "Package: toy-held\nPin: version 1.0\nPin-Priority: 1001\n");
    expect(await holdIt(context, ["toy-held"], false)).toEqual([{ key: "toy-held", isHeld: false }]);
    const { items } = await scanIt(context);
    expect(items.find(({ key }) => key === "toy-held")?.heldBy).toEqual(["pin"]);
  });

  test("a name that apt would take for a pattern holds nothing, and one that is not there is told", async () => {
    const { root, context } = await world.freshRoot();
    const answer = await holdIt(context, ["toy-ap.", "toy-conf", "toy-gone", "toy-app:i386"], true);
    expect(answer.map(({ key, isHeld }) => [key, isHeld])).toEqual([
      ["toy-ap.", false],
      ["toy-conf", true],
      ["toy-gone", false],
      ["toy-app:i386", false],
    ]);
    expect(answer[0]?.message).toMatch(/^toy-ap\. is not installed/);
    expect(await marks(root)).toEqual(["toy-conf", "toy-held"]);
    for (const key of ["--help", "a b", "*", "toy-conf;id", "-o"]) {
      expect(await holdIt(context, [key], true)).toMatchObject([{ key, isHeld: false }]);
    }
  });

  test("of two packages of one name only the one of the right architecture is held", async () => {
    const { root, context } = await world.freshRoot();
    const status = path.join(root.dir, "var/lib/dpkg/status");
    await appendFile(path.join(root.dir, "var/lib/dpkg/arch"), "i386\n");
    const conf = path.join(root.dir, "apt.conf");
    const native = world.repository.arch;
    const confText = await readFile(conf, "utf8");
    await writeFile(
      conf,
      confText.replace(/^APT::Architectures .*$/m, `APT::Architectures { "${native}"; "i386"; };`),
    );
    const stanza = (arch: string, name = "toy-twin") =>
      `Package: ${name}\nStatus: install ok installed\nMulti-Arch: same\nArchitecture: ${arch}\nVersion: 1.0\nMaintainer: T <t@example.org>\nDescription: twin\n\n`;
    await appendFile(status, stanza(native) + stanza("i386") + stanza("i386", "toy-foreign"));
    expect(await holdIt(context, ["toy-twin:i386"], true)).toEqual([{ key: "toy-twin:i386", isHeld: true }]);
    expect(await marks(root)).toEqual(["toy-held", "toy-twin:i386"]);
    await holdIt(context, ["toy-twin", "toy-foreign"], true);
    expect(await marks(root)).toEqual(["toy-held", "toy-twin", "toy-twin:i386"]);
    await holdIt(context, ["toy-twin:i386"], false);
    expect(await marks(root)).toEqual(["toy-held", "toy-twin"]);
  });

  test("dpkg's lock in another hand: LOCKED after the deadline, and done as soon as it is free", async () => {
    const { root, context } = await world.freshRoot();
    for (const name of ["lock-frontend", "lock"]) {
      const lock = await holdLock(path.join(root.dir, "var/lib/dpkg", name));
      const refusal = await refusalOf(holdIt(context, ["toy-conf"], true));
      expect([refusal.code, refusal.retryable]).toEqual(["LOCKED", true]);
      expect(refusal.message).toContain("was locked by another process");
      await lock.release();
    }
    expect(await marks(root)).toEqual(["toy-held"]);
    const patient = await world.freshRoot({ config: { lockTimeoutSeconds: 60 } });
    const lock = await holdLock(path.join(patient.root.dir, "var/lib/dpkg/lock-frontend"));
    patient.context.clock.sleep = () => lock.release();
    expect(await holdIt(patient.context, ["toy-conf"], true)).toEqual([{ key: "toy-conf", isHeld: true }]);
  });

  test("cancelled while it waits for a lock: nothing is changed", async () => {
    const { root, context } = await world.freshRoot({ config: { lockTimeoutSeconds: 60 } });
    const lock = await holdLock(path.join(root.dir, "var/lib/dpkg/lock-frontend"));
    const controller = new AbortController();
    context.clock.sleep = async () => {
      controller.abort();
      controller.signal.throwIfAborted();
    };
    await expect(holdIt(context, ["toy-conf"], true, controller.signal)).rejects.toThrow("aborted");
    await lock.release();
    expect(await marks(root)).toEqual(["toy-held"]);
  });

  test("an exit code proves nothing: what showhold says afterwards counts", async () => {
    const { root, context } = await world.freshRoot();
    const { exec } = context.run;
    context.run.exec = async (rule, slots, call) =>
      rule === "change-holds"
        ? { exitCode: 0, signal: null, stdout: "toy-conf set on hold.", stderr: "", truncated: false }
        : exec(rule, slots, call);
    expect(await holdIt(context, ["toy-conf"], true)).toEqual([
      { key: "toy-conf", isHeld: false, message: "apt-mark did not say why." },
    ]);
    context.run.exec = async (rule, slots, call) => {
      const result = await exec(rule, slots, call);
      return rule === "change-holds" ? { ...result, exitCode: 100 } : result;
    };
    expect(await holdIt(context, ["toy-conf"], true)).toEqual([{ key: "toy-conf", isHeld: true }]);
    expect(await marks(root)).toEqual(["toy-conf", "toy-held"]);
  });

  test("without root nothing is begun", async () => {
    const { root, context } = await world.freshRoot({ privileged: false });
    expect((await refusalOf(holdIt(context, ["toy-conf"], true))).code).toBe("PERMISSION_DENIED");
    expect(await marks(root)).toEqual(["toy-held"]);
  });
});
