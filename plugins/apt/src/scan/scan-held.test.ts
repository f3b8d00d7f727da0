import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { installPins, type FakeRoot } from "../../../../e2e/worlds/apt-fake-root.js";
import { addPackages } from "../../../../e2e/worlds/apt-repository.js";
import { runTool } from "../../../../e2e/worlds/run-tool.js";
import { HAS_APT_WORLD, needsAptWorld, openAptWorld, type AptWorld } from "../testing/apt-world.js";
import { makeCall, type TestContext } from "../testing/test-context.js";
import { scan } from "./scan.js";

describe.skipIf(!HAS_APT_WORLD)(
  needsAptWorld("what is kept back is told with who keeps it"),
  { timeout: 60_000 },
  () => {
    let world: AptWorld;
    beforeAll(async () => {
      world = await openAptWorld();
    }, 60_000);
    afterAll(() => world.close());

    const pin = (root: FakeRoot, text: string) =>
      writeFile(path.join(root.dir, "etc/apt/preferences.d/pins"), text);
    const scanIt = (context: TestContext) => {
      context.run.step = "scan";
      return scan(context, { refresh: false }, makeCall());
    };
    const heldBy = async (context: TestContext) =>
      Object.fromEntries(
        (await scanIt(context)).items
          .filter(({ heldBy: by }) => by !== undefined)
          .map(({ key, candidate, heldBy: by }) => [key, `${candidate} by ${by?.join(" and ")}`]),
      );

    test("a pin below zero, a pin to the installed version, and a hold besides", async () => {
      const { root, context } = await world.freshRoot();
      await pin(
        root,
        `Package: toy-native
Pin: release a=stable
Pin-Priority: -1

Package: toy-conf toy-held
Pin: version 1.0
Pin-Priority: 1001
`,
      );
      expect(await heldBy(context)).toEqual({
        "toy-native": "1:1.0-1+deb12u1 by pin",
        "toy-conf": "2.0 by pin",
        "toy-held": "2.0 by mark and pin",
      });
      const pending = (await scanIt(context)).items.filter((item) => !item.heldBy).map(({ key }) => key);
      const text = await runTool("apt-get", ["-s", "dist-upgrade"], { env: root.env });
      expect(pending.toSorted()).toEqual(
        [...text.matchAll(/^Inst (\S+)/gm)].map(([, key]) => key).toSorted(),
      );
    });

    test("a pin that asks for an older version is a downgrade and says so", async () => {
      const { root, context } = await world.freshRoot();
      await installPins(root, ["toy-lib=1.0.1"]);
      await pin(root, "Package: toy-lib\nPin: version 1.0\nPin-Priority: 1001\n");
      const { items } = await scanIt(context);
      expect(items.find(({ key }) => key === "toy-lib")).toMatchObject({
        installed: "1.0.1",
        candidate: "1.0",
        details: { change: "a downgrade, asked for by a pin" },
      });
    });

    test("what is held cannot be resolved: a remark, and everything else all the same", async () => {
      const { context } = await world.freshRoot();
      const { exec } = context.run;
      context.run.exec = async (rule, slots, call) => {
        const result = await exec(rule, slots, call);
        return slots["ignoreHolds"] ? { ...result, exitCode: 100, stdout: "", stderr: "E: Broken" } : result;
      };
      const report = await scanIt(context);
      expect(report.complete).toBe(true);
      expect(report.items.length).toBeGreaterThan(8);
      expect(report.warnings).toContainEqual({
        code: "HOLDS_UNKNOWN",
        message: "What is held back cannot be listed: E: Broken",
      });
    });

    test("a version whose dependency nobody offers is kept back in apt's words", async () => {
      await addPackages(world.repository, [
        { name: "toy-stuck", version: "1.0" },
        { name: "toy-stuck", version: "2.0", depends: "toy-nowhere (>= 3)" },
      ]);
      const { root, context } = await world.freshRoot();
      await runTool("apt-get", ["update"], { env: root.env });
      await installPins(root, ["toy-stuck=1.0"]);
      const report = await scanIt(context);
      expect(report.items.map(({ key }) => key)).not.toContain("toy-stuck");
      expect(report.warnings).toContainEqual({
        code: "KEPT_BACK",
        key: "toy-stuck",
        message:
          "toy-stuck stays at 1.0, because 2.0 cannot be installed. toy-stuck : Depends: toy-nowhere (>= 3) but it is not installable.",
      });
    });

    test("phased by the machine's id: not pending, and told; without an id apt takes it, and so do we", async () => {
      const { root, context } = await world.freshRoot();
      const phased = async () => {
        const { items, warnings } = await scanIt(context);
        return {
          isPending: items.some(({ key }) => key === "toy-phased"),
          isTold: warnings.some(({ code, key }) => code === "PHASED" && key === "toy-phased"),
        };
      };
      expect(await phased()).toEqual({ isPending: false, isTold: true });
      const conf = path.join(root.dir, "apt.conf");
      const text = await readFile(conf, "utf8");
      await writeFile(conf, text.replace(/^APT::Machine-ID.*\n/m, ""));
      await rm(path.join(root.dir, "etc/machine-id"), { force: true });
      expect(await phased()).toEqual({ isPending: true, isTold: false });
      await appendFile(conf, 'APT::Get::Never-Include-Phased-Updates "true";\n');
      expect(await phased()).toEqual({ isPending: false, isTold: true });
    });
  },
);
