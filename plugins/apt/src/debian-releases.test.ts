import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { whyNoDebianRoot } from "../../../e2e/worlds/debian-base.js";
import { mappingCommand } from "../../../e2e/worlds/map-file.js";
import { named } from "../../../e2e/worlds/missing-parts.js";
import { detect } from "./detect/detect.js";
import { hold } from "./hold/hold.js";
import { isUntouched } from "./install/outcome.js";
import { verify } from "./install/verify.js";
import { readInstalled } from "./packages/installed.js";
import { scan } from "./scan/scan.js";
import { HAS_APT_WORLD, installPlan, needsAptWorld, planPackages } from "./testing/apt-world.js";
import { openDebianMachine, type DebianMachine } from "./testing/debian-machine.js";
import { holdLock } from "./testing/hold-lock.js";
import { makeCall, refusalOf } from "./testing/test-context.js";

const CODE = "/usr/lib/toy-code/libtoy.so.1";
const PACKAGES = [
  { name: "toy-big", version: "1.0" },
  { name: "toy-big", version: "2.0", files: { "/usr/share/toy-big/data": "x".repeat(1_000_000) } },
  { name: "toy-code", version: "1.0", files: { [CODE]: "old" } },
  { name: "toy-code", version: "2.0", files: { [CODE]: "new" } },
  { name: "linux-image-6.1.0-1-amd64", version: "6.1.1-1" },
  { name: "linux-image-6.1.0-1-amd64", version: "6.1.1-2" },
  { name: "linux-image-6.1.0-2-cloud-amd64", version: "6.1.2-1" },
  { name: "toy-stuck", version: "1.0" },
  { name: "toy-stuck", version: "2.0", depends: "toy-nowhere (>= 3)" },
];
const EXTRAS = ["mount", "needrestart", "apt-show-versions"];
const RELEASES = [
  { release: "bookworm", apt: /^2\.6\./ },
  { release: "trixie", apt: /^3\.0\./ },
] as const;
/** What python3-apt would change by a full upgrade, in the words of a scan. */
const PYTHON = `
import apt, json
cache = apt.Cache()
cache.upgrade(dist_upgrade=True)
print(json.dumps(sorted(
  [p._pkg.get_fullname(True), p.installed.version if p.installed else None, p.candidate.version]
  for p in cache.get_changes() if not p.marked_delete)))
`;

const missing = whyNoDebianRoot();
const name = named("apt on whole Debian machines", missing);

describe.skipIf(missing !== undefined || !HAS_APT_WORLD).each(RELEASES)(
  `${missing ? name : needsAptWorld(name)}: $release`,
  { timeout: 60_000 },
  ({ release, apt }) => {
    let machine: DebianMachine;
    beforeAll(async () => {
      machine = await openDebianMachine({ release, packages: EXTRAS }, PACKAGES);
    }, 600_000);
    afterAll(() => machine.close());

    const scanIt = async (refresh = false) => {
      machine.context.run.step = "scan";
      return scan(machine.context, { refresh }, makeCall());
    };
    const pendingOf = async () => (await scanIt()).items.filter(({ heldBy }) => heldBy === undefined);
    const installed = async () => readInstalled(machine.context, makeCall());

    test("the version of apt is the one that this is about", async () => {
      machine.context.run.step = "detect";
      const detection = await detect(machine.context, makeCall());
      expect(detection).toMatchObject({ status: "present", version: expect.stringMatching(apt) });
    });

    test("a scan equals apt-get -s dist-upgrade and python3-apt, and the next one runs nothing", async () => {
      const report = await scanIt(true);
      expect(report).toMatchObject({ complete: true });
      const ours = (await pendingOf()).map(({ key, installed: from, candidate }) => [key, from, candidate]);
      const text = await machine.run("apt-get", "-s", "dist-upgrade");
      const theirs = [...text.matchAll(/^Inst (\S+)(?: \[(\S+)\])? \((\S+) /gm)];
      expect(ours.length).toBeGreaterThan(8);
      expect(ours.toSorted()).toEqual(theirs.map(([, key, from = null, to]) => [key, from, to]).toSorted());
      expect(JSON.stringify(ours.toSorted())).toBe(
        JSON.stringify(JSON.parse(await machine.run("/usr/bin/python3", "-c", PYTHON))),
      );
      const before = machine.context.run.ran.length;
      await scanIt();
      expect(machine.context.run.ran).toHaveLength(before);
    });

    test("with what is held or kept back, it equals apt-show-versions -u", async () => {
      await machine.run("apt-show-versions", "-i");
      const text = await machine.run("apt-show-versions", "-u");
      const theirs = [...text.matchAll(/^([^:/\s]+)\S* .* upgradeable/gm)].map(([, key]) => key);
      const { items, warnings } = await scanIt();
      const upgrades = items.filter((item) => item.installed !== null).map(({ key }) => key);
      const kept = warnings.flatMap(({ code, key }) =>
        code === "KEPT_BACK" || code === "PHASED" ? [key] : [],
      );
      expect([...upgrades, ...kept].toSorted()).toEqual(theirs.toSorted());
    });

    test("what is held, pinned, phased or impossible is told with the reason", async () => {
      machine.root.write(
        "/etc/apt/preferences.d/pins",
        "Package: toy-slow\nPin: version 1.0\nPin-Priority: 1001\n",
      );
      machine.root.write("/etc/apt/apt.conf.d/99phased", 'APT::Get::Never-Include-Phased-Updates "true";\n');
      const { items, warnings } = await scanIt();
      const held = items.flatMap(({ key, heldBy }) => (heldBy ? [[key, heldBy]] : []));
      expect(held).toEqual([
        ["toy-held", ["mark"]],
        ["toy-slow", ["pin"]],
      ]);
      expect(warnings.map(({ code, key }) => `${code} ${key}`).toSorted()).toEqual([
        "KEPT_BACK toy-stuck",
        "PHASED toy-phased",
      ]);
      expect(warnings.find(({ key }) => key === "toy-stuck")?.message).toContain(
        "Depends: toy-nowhere (>= 3)",
      );
    });

    test("a plan is installed with progress, kept configuration files and the word of needrestart", async () => {
      machine.root.write("/etc/toy-conf.conf", "setting=mine\n");
      const approved = await planPackages(machine.context, [
        "toy-app",
        "toy-conf",
        "toy-conflict",
        "toy-kept",
      ]);
      expect(approved.alsoInstalls.map(({ key }) => key).toSorted()).toEqual(["toy-lib", "toy-newdep"]);
      expect(approved.alsoRemoves.map(({ key }) => key)).toEqual(["toy-victim"]);
      expect(approved.blockers).toEqual([]);
      expect(approved.downloadBytes).toBeGreaterThan(5000);
      // Whoever sees only some processes asks needrestart.
      const processes = { findOutdated: async () => ({ processes: [], complete: false }) };
      const { events, receipt } = await installPlan({ ...machine.context, processes }, approved);
      expect(receipt.outcome).toBe("succeeded");
      expect(machine.root.read("/etc/toy-conf.conf")).toBe("setting=mine\n");
      expect(machine.root.read("/etc/toy-conf.conf.dpkg-dist")).toBe("setting=2.0\n");
      expect(receipt.items.find(({ key }) => key === "toy-conf")?.message).toContain(
        "toy-conf.conf.dpkg-dist",
      );
      const percents = events.flatMap((event) => (event.type === "progress" ? [event.percent] : []));
      expect(percents.length).toBeGreaterThan(10);
      expect(percents).toEqual(percents.toSorted((a, b) => a - b));
      expect(events.some((event) => event.type === "progress" && event.key === "toy-app")).toBe(true);
      expect(events.at(-1)).toMatchObject({ type: "finished", restart: { services: [] } });
      machine.context.run.step = "verify";
      expect((await verify(machine.context, approved, makeCall())).every(({ ok }) => ok)).toBe(true);
      expect((await pendingOf()).map(({ key }) => key)).not.toContain("toy-app");
    });

    test("B11 a lock that is held by somebody: LOCKED, and nothing changed", async () => {
      const approved = await planPackages(machine.context, ["toy-native"]);
      const before = await installed();
      const lock = await holdLock(machine.root.outside("/var/lib/dpkg/lock-frontend"));
      expect(await refusalOf(installPlan(machine.context, approved))).toMatchObject({ code: "LOCKED" });
      await lock.release();
      expect(isUntouched({ before, after: await installed() })).toBe(true);
    });

    test("a hold stops plain apt, waits for no lock for ever, and goes again", async () => {
      const holdIt = (isHeld: boolean) => {
        machine.context.run.step = "hold";
        return hold(machine.context, ["toy-native"], isHeld, makeCall());
      };
      const lock = await holdLock(machine.root.outside("/var/lib/dpkg/lock-frontend"));
      expect(await refusalOf(holdIt(true))).toMatchObject({ code: "LOCKED" });
      await lock.release();
      expect(await holdIt(true)).toEqual([{ key: "toy-native", isHeld: true }]);
      expect(await machine.run("apt-get", "-s", "dist-upgrade")).not.toMatch(/^Inst toy-native /m);
      expect(await holdIt(false)).toEqual([{ key: "toy-native", isHeld: false }]);
      expect(await machine.run("apt-get", "-s", "dist-upgrade")).toMatch(/^Inst toy-native /m);
    });

    test("the disk is full while a package is unpacked: the old version stays and works", async () => {
      await machine.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/usr/share/toy-big");
      const approved = await planPackages(machine.context, ["toy-big"]);
      const before = await installed();
      const refusal = await refusalOf(installPlan(machine.context, approved));
      expect(refusal).toMatchObject({ code: "DISK_FULL" });
      expect(refusal.message).toContain("No space left on device");
      expect(isUntouched({ before, after: await installed() })).toBe(true);
      await machine.run("umount", "/usr/share/toy-big");
      expect((await installPlan(machine.context, approved)).receipt.outcome).toBe("succeeded");
    });

    test("the disk has no room for the download: a blocker, and DISK_FULL for whoever begins all the same", async () => {
      const archives = "/var/cache/apt/archives";
      await machine.run("mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", archives);
      await machine.run("mkdir", "-p", `${archives}/partial`);
      const approved = await planPackages(machine.context, ["toy-native"]);
      expect(approved.blockers).toMatchObject([{ code: "NO_SPACE" }]);
      expect(await refusalOf(installPlan(machine.context, approved))).toMatchObject({ code: "DISK_FULL" });
      await machine.run("umount", archives);
      expect((await installPlan(machine.context, approved)).receipt.outcome).toBe("succeeded");
    });

    test("what runs from before an update is told by its package until it ends, and a rebuilt kernel", async () => {
      await machine.run("/usr/bin/test", "-e", CODE);
      const program = machine.root.start(mappingCommand(CODE, "toy-daemon", "signal"));
      await vi.waitUntil(() => program.output().includes("mapped"), { timeout: 20_000 });
      expect(await scanIt()).toMatchObject({ pendingRestarts: [], restartPending: false });
      const keys = ["toy-code", "linux-image-6.1.0-1-amd64"];
      await installPlan(machine.context, await planPackages(machine.context, keys));
      const told = await scanIt();
      expect(told.pendingRestarts).toEqual([
        {
          kind: "service",
          name: "toy-daemon",
          keys: ["toy-code"],
          reason: "toy-daemon runs code of toy-code from before the last update.",
        },
        {
          kind: "system",
          name: "kernel 6.1.0-1-amd64",
          keys: ["linux-image-6.1.0-1-amd64"],
          reason: "The machine runs the kernel 6.1.0-1-amd64 (6.1.1-1), and 6.1.1-2 is installed.",
        },
      ]);
      expect(told.restartPending).toBe(true);
      program.kill("SIGTERM");
      await program.finished;
      expect((await scanIt()).pendingRestarts).toMatchObject([{ name: "kernel 6.1.0-1-amd64" }]);
    });

    test("a failing maintainer script is told by package, and found by the next scan", async () => {
      const { receipt } = await installPlan(
        machine.context,
        await planPackages(machine.context, ["toy-fail", "toy-reboot"]),
      );
      expect(receipt.outcome).toBe("partial");
      expect(receipt.items.find(({ key }) => key === "toy-fail")).toMatchObject({ outcome: "failed" });
      const report = await scanIt();
      expect(report.restartPending).toBe(true);
      expect(report.warnings).toContainEqual(
        expect.objectContaining({ code: "NOT_CONFIGURED", key: "toy-fail" }),
      );
    });
  },
);
