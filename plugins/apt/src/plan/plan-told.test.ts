import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

import { installPins, type FakeRoot } from "../../../../e2e/worlds/apt-fake-root.js";
import { runTool } from "../../../../e2e/worlds/run-tool.js";
import { describeApt } from "../testing/apt-suite.js";
import { installPlan, planPackages } from "../testing/apt-world.js";
import { makeCall, refusalOf } from "../testing/test-context.js";
import { plan } from "./plan.js";

const UNIT = { "/usr/lib/systemd/system/toy-server.service": "[Service]\n" };
/** As debhelper writes it; the toy root is no system, so it never gets there. */
const RESTART = ["exit 0", "_dh_action=restart", "deb-systemd-invoke $_dh_action 'toy-server.service'"];
const ASK = ["exit 0", "/usr/share/update-notifier/notify-reboot-required"];

const PACKAGES = [
  ...["1.0", "2.0"].flatMap((version) => [
    { name: "toy-server", version, source: "toy-suite", files: UNIT, postinst: RESTART },
    { name: "toy-suite-data", version, source: "toy-suite" },
    { name: "toy-suite-held", version, source: "toy-suite" },
    { name: "toy-core", version, postinst: ASK },
  ]),
  { name: "toy-suite-phased", version: "1.0", source: "toy-suite" },
  { name: "toy-suite-phased", version: "2.0", source: "toy-suite", phasedPercentage: 0 },
];

describeApt("an apt plan tells what else happens and what does not", PACKAGES, (world) => {
  const open = async () => {
    const names = ["toy-server", "toy-suite-data", "toy-suite-held", "toy-suite-phased", "toy-core"];
    const fresh = await world.freshRoot(
      {},
      names.map((name) => `${name}=1.0`),
    );
    await runTool("apt-mark", ["hold", "toy-suite-held"], { env: fresh.root.env });
    return fresh;
  };
  const write = async (root: FakeRoot, file: string): Promise<void> => {
    await mkdir(path.dirname(path.join(root.dir, file)), { recursive: true });
    await writeFile(path.join(root.dir, file), "");
  };

  test("of the packages of one source, apt takes all along but the one that is held, which is told", async () => {
    const { context } = await open();
    const made = await planPackages(context, ["toy-server"]);
    expect(made.alsoInstalls.map(({ key }) => key).toSorted()).toEqual([
      "toy-suite-data",
      "toy-suite-phased",
    ]);
    expect(made.alsoKept).toEqual([
      {
        key: "toy-suite-held",
        name: "toy-suite-held",
        arch: "all",
        installedVersion: "1.0",
        candidateVersion: "2.0",
        reason: "It is held by apt-mark hold.",
      },
    ]);
    expect(made).toMatchObject({ downgrades: [], blockers: [] });
    expect((await planPackages(context, ["toy-native"])).alsoKept).toEqual([]);
  });

  test("a service that runs and is restarted by its package, and a package that asks for a restart", async () => {
    const { root, context } = await open();
    expect((await planPackages(context, ["toy-server"])).restarts).toEqual({
      services: null,
      system: null,
    });
    await mkdir(path.join(root.dir, "run/systemd/system"), { recursive: true });
    await write(root, "sys/fs/cgroup/system.slice/other.service/cgroup.procs");
    expect((await planPackages(context, ["toy-server"])).restarts).toEqual({ services: [], system: null });
    await write(root, "sys/fs/cgroup/system.slice/toy-server.service/cgroup.procs");
    await write(root, "usr/share/update-notifier/notify-reboot-required");
    expect((await planPackages(context, ["toy-server", "toy-core"])).restarts).toEqual({
      services: ["toy-server.service"],
      system: true,
      reasons: ["toy-core asks for a restart of the machine.", "toy-server restarts toy-server.service."],
    });
    expect((await planPackages(context, ["toy-native"])).restarts.services).toEqual([]);
  });

  test("a pin of the owner is a blocker, and one that came after the approval makes the plan stale", async () => {
    const { root, context } = await open();
    const approved = await planPackages(context, ["toy-native"]);
    const pins = path.join(root.dir, "etc/apt/preferences.d/pins");
    await writeFile(pins, "Package: toy-native\nPin: release *\nPin-Priority: -1\n");
    context.run.step = "plan";
    const made = await plan(
      context,
      { items: [{ key: "toy-native", candidate: "1:1.0-1+deb12u1" }] },
      makeCall(),
    );
    expect(made.blockers).toMatchObject([
      { code: "HELD", key: "toy-native", message: expect.stringContaining("A pin in apt's preferences") },
    ]);
    expect(await refusalOf(installPlan(context, approved))).toMatchObject({
      code: "PLAN_STALE",
      details: { difference: ["toy-native: held now"] },
    });
    await writeFile(pins, "Package: toy-native\nPin: version 1:1.0-1\nPin-Priority: 1001\n");
    expect(await refusalOf(installPlan(context, approved))).toMatchObject({ code: "PLAN_STALE" });
  });

  test("what goes back to an older version is named and stands in the way", async () => {
    const { root, context } = await open();
    await installPins(root, ["toy-lib=1.0.1"]);
    const pin = "Package: toy-lib\nPin: version 1.0\nPin-Priority: 1001\n";
    await writeFile(path.join(root.dir, "etc/apt/preferences.d/pins"), pin);
    const made = await planPackages(context, ["toy-lib"]);
    expect(made.downgrades).toEqual(["toy-lib"]);
    expect(made.blockers).toMatchObject([{ code: "DOWNGRADE", key: "toy-lib" }]);
  });
});
