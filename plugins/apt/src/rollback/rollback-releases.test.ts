import { rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { publishSuite } from "../../../../e2e/worlds/apt-repository.js";
import { whyNoDebianRoot } from "../../../../e2e/worlds/debian-base.js";
import { named } from "../../../../e2e/worlds/missing-parts.js";
import { isUntouched } from "../install/outcome.js";
import { readInstalled } from "../packages/installed.js";
import { scan } from "../scan/scan.js";
import { HAS_APT_WORLD, installPlan, needsAptWorld, planPackages, rollBack } from "../testing/apt-world.js";
import { DATA_DIR, openDebianMachine, type DebianMachine } from "../testing/debian-machine.js";
import { makeCall, refusalOf } from "../testing/test-context.js";

/** A service whose scripts move its data, as those of a database do. */
const MOVE_DATA = ["mkdir -p /var/lib/toy-data", "cp /usr/share/toy-data/version /var/lib/toy-data/format"];
const PACKAGES = ["1.0", "2.0"].flatMap((version) => [
  { name: "toy-data", version, postinst: version === "2.0" ? MOVE_DATA : [] },
  { name: "toy-withdrawn", version },
]);
/** Those of the other suite, so that both use one root. */
const EXTRAS = ["mount", "needrestart", "apt-show-versions"];
const WITHDRAWN = "toy-withdrawn_1.0_all.deb";

const missing = whyNoDebianRoot();
const name = named("apt goes back on whole Debian machines", missing);

describe
  .skipIf(missing !== undefined || !HAS_APT_WORLD)
  .each([{ release: "bookworm" }, { release: "trixie" }] as const)(
  `${missing ? name : needsAptWorld(name)}: $release`,
  { timeout: 60_000 },
  ({ release }) => {
    let machine: DebianMachine;
    beforeAll(async () => {
      machine = await openDebianMachine({ release, packages: EXTRAS }, PACKAGES);
    }, 600_000);
    afterAll(() => machine.close());

    const picture = async () => {
      machine.context.run.step = "scan";
      const report = await scan(machine.context, { refresh: false }, makeCall());
      const installed = [...(await readInstalled(machine.context, makeCall())).values()];
      const auto = await machine.run("apt-mark", "showauto");
      return { ...report, indexAgeSeconds: 0, installed, auto };
    };

    test("R1 upgrades, new packages and removals go back, with every mark, and data stays", async () => {
      await machine.run("apt-mark", "auto", "toy-lib", "toy-victim");
      const before = await picture();
      const approved = await planPackages(machine.context, [
        "toy-app",
        "toy-conf",
        "toy-conflict",
        "toy-data",
        "toy-kept",
        "toy-native",
      ]);
      expect(approved.reversibility?.level).toBe("reversible");
      const installed = await installPlan(machine.context, approved);
      expect(installed.receipt.outcome).toBe("succeeded");
      const { receipt, events } = await rollBack(machine.context, installed.receipt);
      expect(receipt.outcome).toBe("succeeded");
      expect(await picture()).toEqual(before);
      expect(machine.root.read("/var/lib/toy-data/format")).toBe("2.0\n");
      expect(events.some((event) => event.type === "progress" && event.key === "toy-app")).toBe(true);
    });

    test("what the archive has withdrawn goes back from what was kept, with no archive within reach", async () => {
      const { receipt } = await installPlan(
        machine.context,
        await planPackages(machine.context, ["toy-withdrawn", "toy-native"]),
      );
      await rm(path.join(machine.repository.dir, "pool/stable", WITHDRAWN));
      await publishSuite(machine.repository, "stable");
      await machine.run("apt-get", "update");
      const sources = machine.root.read("/etc/apt/sources.list");
      machine.root.useSources("");
      expect((await rollBack(machine.context, receipt)).receipt.outcome).toBe("succeeded");
      machine.root.useSources(sources);
      expect((await readInstalled(machine.context, makeCall())).get("toy-withdrawn")?.version).toBe("1.0");
    });

    test("a disk that is full while packages are put aside: DISK_FULL, and nothing is installed", async () => {
      const kept = `${DATA_DIR}/kept`;
      const approved = await planPackages(machine.context, ["toy-conf", "toy-native"]);
      await machine.run("mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", kept);
      const before = await readInstalled(machine.context, makeCall());
      const refusal = await refusalOf(installPlan(machine.context, approved));
      expect(refusal).toMatchObject({ code: "DISK_FULL" });
      expect(refusal.message).toContain("so nothing was installed");
      expect(isUntouched({ before, after: await readInstalled(machine.context, makeCall()) })).toBe(true);
      await machine.run("umount", kept);
      expect((await installPlan(machine.context, approved)).receipt.outcome).toBe("succeeded");
    });

    test("P3 a package that somebody installed since and that needs the new version is not sacrificed", async () => {
      const { receipt } = await installPlan(
        machine.context,
        await planPackages(machine.context, ["toy-kept"]),
      );
      machine.root.write("/etc/needs/DEBIAN/control", CONTROL);
      await machine.run("dpkg-deb", "--root-owner-group", "--build", "/etc/needs", "/etc/needs.deb");
      await machine.run("dpkg", "-i", "/etc/needs.deb");
      expect(await refusalOf(rollBack(machine.context, receipt))).toMatchObject({
        code: "PLAN_STALE",
        details: { difference: ["toy-needs: wanted untouched, now 1.0 → removed"] },
      });
      await machine.run("dpkg", "--remove", "toy-needs");
      expect((await rollBack(machine.context, receipt)).receipt.outcome).toBe("succeeded");
    });
  },
);

const CONTROL = `Package: toy-needs
Version: 1.0
Architecture: all
Maintainer: Toy <toy@example.invalid>
Depends: toy-kept (>= 2.0)
Description: toy
`;
