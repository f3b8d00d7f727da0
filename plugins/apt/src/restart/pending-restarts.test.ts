import { appendFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { installPins } from "../../../../e2e/worlds/apt-fake-root.js";
import { addPackages } from "../../../../e2e/worlds/apt-repository.js";
import { MachineProcesses } from "../../../../e2e/worlds/machine-processes.js";
import { runMapping } from "../../../../e2e/worlds/map-file.js";
import { runTool } from "../../../../e2e/worlds/run-tool.js";
import { scan } from "../scan/scan.js";
import { HAS_APT_WORLD, needsAptWorld, openAptWorld, type AptWorld } from "../testing/apt-world.js";
import { makeCall, type TestContext, type TestContextOptions } from "../testing/test-context.js";

const CODE = "/usr/lib/toy-code/libtoy.so";
const packageOf = (version: string) => ({
  name: "toy-code",
  version,
  files: { [CODE]: `code ${version}\n`, [`/usr/lib/toy-code/liblong.so.1.${version}`]: `long ${version}\n` },
});
/** The name that stays, as a library's link does. */
const LINK = { "/usr/lib/toy-code/liblong.so.1": "link\n" };
const PACKAGES = ["1.0", "2.0"].map((version) => {
  const toy = packageOf(version);
  return { ...toy, files: { ...toy.files, ...LINK } };
});

describe.skipIf(!HAS_APT_WORLD)(
  needsAptWorld("what runs from before an update is told until it restarts"),
  { timeout: 60_000 },
  () => {
    let world: AptWorld;
    beforeAll(async () => {
      world = await openAptWorld();
      await addPackages(world.repository, PACKAGES);
    }, 60_000);
    afterAll(() => world.close());

    /** A root with the old version, and how often its processes were looked at. */
    async function openRoot(options: Partial<TestContextOptions> = {}) {
      const machine = new MachineProcesses("/proc");
      const looks: number[] = [];
      const processes = {
        findOutdated: async (call: Parameters<typeof machine.findOutdated>[0]) => {
          const found = await machine.findOutdated(call);
          looks.push(found.processes.length);
          // Whoever runs the tests may not see everybody's processes.
          return { ...found, complete: true };
        },
      };
      const { root, context } = await world.freshRoot({ processes, ...options });
      await runTool("apt-get", ["update", "-q"], { env: root.env });
      await installPins(root, ["toy-code=1.0"]);
      return { root, context, looks, upgrade: () => installPins(root, ["toy-code=2.0"]) };
    }

    const scanOnce = async (context: TestContext) => {
      context.run.step = "scan";
      const before = context.run.ran.length;
      const report = await scan(context, { refresh: false }, makeCall());
      return { report, rules: context.run.ran.slice(before).map(({ rule }) => rule) };
    };

    test("a program that has loaded a replaced library, until it ends", async () => {
      const { root, context, upgrade } = await openRoot();
      await using program = await runMapping(path.join(root.dir, CODE), "toy-daemon");
      expect((await scanOnce(context)).report).toMatchObject({ pendingRestarts: [], restartPending: false });
      await upgrade();
      const { report } = await scanOnce(context);
      expect(report.pendingRestarts).toEqual([
        {
          kind: expect.stringMatching(/^(service|session|system)$/),
          name: expect.anything(),
          keys: ["toy-code"],
          reason: "toy-daemon runs code of toy-code from before the last update.",
        },
      ]);
      const again = await scanOnce(context);
      expect(again.report.pendingRestarts).toEqual(report.pendingRestarts);
      expect(again.rules).toEqual([]);
      await program.end();
      expect(await scanOnce(context)).toMatchObject({ report: { pendingRestarts: [] }, rules: [] });
    });

    test("a library with its whole version in its name is still its package's", async () => {
      const { root, context, upgrade } = await openRoot();
      const library = path.join(root.dir, "/usr/lib/toy-code/liblong.so.1.1.0");
      await using program = await runMapping(library, "toy-daemon");
      await upgrade();
      expect((await scanOnce(context)).report.pendingRestarts).toMatchObject([{ keys: ["toy-code"] }]);
      await program.end();
    });

    test("code of no package is nobody's restart", async () => {
      const { root, context } = await openRoot();
      const own = path.join(root.dir, "usr/lib/toy-code/own.so");
      await writeFile(own, "own");
      await using program = await runMapping(own, "toy-own");
      await runTool("rm", [own]);
      expect((await scanOnce(context)).report.pendingRestarts).toEqual([]);
      await program.end();
    });

    test("W8 the processes are looked at only after dpkg's database changed, or while something is pending", async () => {
      const { root, context, looks, upgrade } = await openRoot();
      await scanOnce(context);
      expect(looks).toHaveLength(1);
      await scanOnce(context);
      await writeFile(path.join(root.dir, "etc/apt/preferences.d/pin"), "");
      await scanOnce(context);
      expect(looks).toHaveLength(1);
      const program = await runMapping(path.join(root.dir, CODE), "toy-daemon");
      await upgrade();
      await scanOnce(context);
      await scanOnce(context);
      expect(looks).toHaveLength(3);
      await program.end();
      await scanOnce(context);
      await scanOnce(context);
      expect(looks).toHaveLength(4);
      await appendFile(path.join(root.dir, "var/lib/dpkg/status"), "\n");
      await scanOnce(context);
      expect(looks).toHaveLength(5);
    });

    test("who cannot see every process says that nothing is known, never that nothing waits", async () => {
      const unseen = { findOutdated: async () => ({ processes: [], complete: false }) };
      const { context } = await openRoot({ processes: unseen });
      const { report } = await scanOnce(context);
      expect(report).not.toHaveProperty("pendingRestarts");
      expect(report).not.toHaveProperty("restartPending");
      expect((await scanOnce(context)).report).not.toHaveProperty("pendingRestarts");
    });

    test("a look that fails leaves the scan complete and says why nothing is known", async () => {
      const broken = { findOutdated: async () => Promise.reject(new Error("boom")) };
      const { context } = await openRoot({ processes: broken });
      await expect(scanOnce(context)).rejects.toThrow("boom");
      const { PluginError } = await import("@redflag/plugin-sdk");
      const denied = {
        findOutdated: async () => Promise.reject(new PluginError("PERMISSION_DENIED", "not you")),
      };
      const { report } = await scanOnce({ ...context, processes: denied });
      expect(report).toMatchObject({ complete: true });
      expect(report).not.toHaveProperty("pendingRestarts");
      expect(report.warnings).toContainEqual(
        expect.objectContaining({ code: "RESTARTS_UNKNOWN", message: expect.stringContaining("not you") }),
      );
    });

    test("packages that asked for a restart of the machine are named", async () => {
      const { root, context } = await openRoot();
      await writeFile(path.join(root.dir, "run/reboot-required"), "*** System restart required ***\n");
      await writeFile(
        path.join(root.dir, "run/reboot-required.pkgs"),
        "linux-base\nlibc6\nlibc6\n; rm -rf\n",
      );
      expect((await scanOnce(context)).report).toMatchObject({
        restartPending: true,
        pendingRestarts: [
          {
            kind: "system",
            name: "reboot-required",
            keys: ["libc6", "linux-base"],
            reason: "libc6, linux-base asked for a restart of the machine.",
          },
        ],
      });
    });
  },
);
