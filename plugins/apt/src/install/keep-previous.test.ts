import { appendFile, copyFile, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

import { readInstalled } from "../packages/installed.js";
import { describeApt } from "../testing/apt-suite.js";
import { installPlan, planPackages, rollBack } from "../testing/apt-world.js";
import { makeCall, refusalOf, type TestContext } from "../testing/test-context.js";
import { withdraw } from "../testing/withdraw.js";
import { isUntouched } from "./outcome.js";

const DAY = 86_400_000;
const LARGE = { "/usr/share/large": "x".repeat(600_000) };
const PACKAGES = [
  ...["large-a", "large-b"].flatMap((name) => [
    { name: `toy-${name}`, version: "1.0", files: { [`/usr/share/${name}`]: LARGE["/usr/share/large"] } },
    { name: `toy-${name}`, version: "2.0" },
  ]),
  ...["cached", "moving", "vanished"].flatMap((name) => [
    { name: `toy-${name}`, version: "1.0" },
    { name: `toy-${name}`, version: "2.0" },
  ]),
  { name: "linux-image-toy-new", version: "2.0", section: "kernel" },
  { name: "linux-image-toy", version: "1.0", section: "kernel" },
  { name: "linux-image-toy", version: "2.0", section: "kernel", depends: "linux-image-toy-new" },
];
const LARGE_PINS = ["toy-large-a=1.0", "toy-large-b=1.0"];

describeApt("apt keeps what it replaces", PACKAGES, (world) => {
  const untouched = async (context: TestContext, body: () => Promise<void>): Promise<void> => {
    const before = await readInstalled(context, makeCall());
    await body();
    expect(isUntouched({ before, after: await readInstalled(context, makeCall()) })).toBe(true);
    expect(context.run.ran.map(({ rule }) => rule)).not.toContain("install");
  };
  const keptIn = async (dataDir: string): Promise<readonly string[]> =>
    (await readdir(path.join(dataDir, "kept"))).filter((name) => name !== "incoming");

  test("the files lie under the plan's id, and the plan says what going back means", async () => {
    const { context, dataDir } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-kept", "toy-native"]);
    expect(approved.reversibility).toEqual({
      level: "reversible",
      reasons: [
        "Going back restores the exact previous versions. What their scripts changed in data and databases stays as it is, and so do configuration files.",
        "New packages are removed again, and their configuration files stay.",
      ],
    });
    await installPlan(context, approved);
    expect(await keptIn(dataDir)).toEqual([approved.id]);
    expect(await readdir(path.join(dataDir, "kept", approved.id))).toEqual([
      "toy-kept_1.0_all.deb",
      `toy-native_1%3a1.0-1_${world.repository.arch}.deb`,
    ]);
  });

  test("the oldest go when there is no room, and never what the running installation needs", async () => {
    const { context, dataDir } = await world.freshRoot({ config: { keptMebibytes: 1 } }, LARGE_PINS);
    const first = await installPlan(context, await planPackages(context, ["toy-large-a"]));
    const second = await installPlan(context, await planPackages(context, ["toy-large-b"]));
    expect(await keptIn(dataDir)).toEqual([second.receipt.planId]);
    expect((await rollBack(context, first.receipt)).receipt.outcome).toBe("succeeded");
    expect((await rollBack(context, second.receipt)).receipt.outcome).toBe("succeeded");
  });

  test("what is older than the bound goes, and so does what nobody remembers", async () => {
    let now = Date.now();
    const { context, dataDir } = await world.freshRoot({ now: () => now, config: { keptDays: 2 } });
    await installPlan(context, await planPackages(context, ["toy-kept"]));
    await mkdir(path.join(dataDir, "kept/forgotten"));
    await writeFile(path.join(dataDir, "kept/forgotten/toy-x_1.0_all.deb"), "");
    now += 3 * DAY;
    const { receipt } = await installPlan(context, await planPackages(context, ["toy-native"]));
    expect(await keptIn(dataDir)).toEqual([receipt.planId]);
  });

  test("more than may be kept, nothing to be kept, or no room on the disk: said in the plan, nothing is kept", async () => {
    const { context, dataDir } = await world.freshRoot({ config: { keptMebibytes: 1 } }, LARGE_PINS);
    const tooMuch = await planPackages(context, ["toy-large-a", "toy-large-b"]);
    expect(tooMuch.reversibility?.level).toBe("partly");
    expect(tooMuch.reversibility?.reasons[0]).toContain("are more than the agent may keep");
    const none = { ...context, config: { ...context.config, keptMebibytes: 0 } };
    expect((await planPackages(none, ["toy-native"])).reversibility?.level).toBe("partly");
    const full = { ...context, files: { ...context.files, freeBytes: async () => 10_000 } };
    expect((await planPackages(full, ["toy-native"])).reversibility?.level).toBe("partly");
    const { receipt } = await installPlan(context, tooMuch);
    expect(await readdir(dataDir)).toEqual([]);
    expect((await rollBack(context, receipt)).receipt.outcome).toBe("succeeded");
  });

  test("what the archive has withdrawn comes from apt's cache", async () => {
    const { root, context } = await world.freshRoot({}, ["toy-cached=1.0"]);
    const fileName = "toy-cached_1.0_all.deb";
    const cached = path.join(root.dir, "var/cache/apt/archives", fileName);
    await copyFile(path.join(world.repository.dir, "pool/stable", fileName), cached);
    await withdraw(world.repository, root, [fileName]);
    const approved = await planPackages(context, ["toy-cached"]);
    expect(approved.reversibility?.level).toBe("reversible");
    const { receipt } = await installPlan(context, approved);
    await rm(cached);
    expect((await rollBack(context, receipt)).receipt.outcome).toBe("succeeded");
  });

  test("a file in apt's cache that is not the archive's stops the installation", async () => {
    const { root, context } = await world.freshRoot();
    const fileName = "toy-kept_1.0_all.deb";
    const other = path.join(world.repository.dir, "pool/stable/toy-kept_2.0_all.deb");
    await copyFile(other, path.join(root.dir, "var/cache/apt/archives", fileName));
    const approved = await planPackages(context, ["toy-kept"]);
    await untouched(context, async () => {
      const refusal = await refusalOf(installPlan(context, approved));
      expect(refusal).toMatchObject({ code: "UNTRUSTED_SOURCE" });
      expect(refusal.message).toContain(`could not be kept, so nothing was installed. ${fileName}`);
      expect(refusal.message).toContain("apt-get clean");
    });
  });

  test("a promised file that cannot be fetched stops the installation before anything is changed", async () => {
    const { context, dataDir } = await world.freshRoot({}, ["toy-vanished=1.0"]);
    const approved = await planPackages(context, ["toy-vanished", "toy-native"]);
    const file = path.join(world.repository.dir, "pool/stable/toy-vanished_1.0_all.deb");
    await rename(file, `${file}.away`);
    await untouched(context, async () => {
      const refusal = await refusalOf(installPlan(context, approved));
      expect(refusal.message).toContain("What a rollback needs could not be kept, so nothing was installed.");
      expect(refusal.message).toContain("toy-vanished_1.0_all.deb");
    });
    expect(await keptIn(dataDir)).toEqual([]);
    await rename(`${file}.away`, file);
    expect((await installPlan(context, approved)).receipt.outcome).toBe("succeeded");
    expect(await keptIn(dataDir)).toEqual([approved.id]);
  });

  test("P3 a version that the archive withdrew since the approval: PLAN_STALE, because less was promised", async () => {
    const { root, context } = await world.freshRoot({}, ["toy-moving=1.0"]);
    const approved = await planPackages(context, ["toy-moving"]);
    await withdraw(world.repository, root, ["toy-moving_1.0_all.deb"]);
    await untouched(context, async () => {
      expect(await refusalOf(installPlan(context, approved))).toMatchObject({
        code: "PLAN_STALE",
        message: expect.stringContaining("other previous packages can be had"),
      });
    });
  });

  test("I4 a cancellation while packages are put aside changes nothing, and leaves no debris for the next time", async () => {
    const { context, dataDir } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-native"]);
    const abort = new AbortController();
    context.run.beforeRun = (rule) => {
      if (rule === "keep-incoming") abort.abort(new Error("cancelled by the test"));
    };
    await untouched(context, async () => {
      await expect(installPlan(context, approved, abort.signal)).rejects.toThrow("cancelled by the test");
    });
    context.run.beforeRun = () => {};
    await appendFile(path.join(dataDir, "kept/incoming/rest_1_all.deb"), "rest");
    expect((await installPlan(context, approved)).receipt.outcome).toBe("succeeded");
    expect(await readdir(path.join(dataDir, "kept", approved.id))).toHaveLength(1);
  });

  test("a new kernel can only be removed while another runs, so that it is no more than partly", async () => {
    const { context } = await world.freshRoot({}, ["linux-image-toy=1.0"]);
    const approved = await planPackages(context, ["linux-image-toy"]);
    expect(approved.reversibility).toMatchObject({
      level: "partly",
      reasons: [
        "linux-image-toy-new cannot be removed while it runs: first restart into another kernel.",
        expect.stringContaining("exact previous versions"),
        expect.stringContaining("New packages are removed again"),
      ],
    });
  });
});
