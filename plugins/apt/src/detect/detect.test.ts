import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

import { describeApt } from "../testing/apt-suite.js";
import { makeCall } from "../testing/test-context.js";
import { detect } from "./detect.js";

describeApt("a machine without dpkg's database is not taken for one without apt", [], (world) => {
  const freshMachine = async () => {
    const { root, context } = await world.freshRoot();
    context.run.step = "detect";
    const status = path.join(root.dir, "var/lib/dpkg/status");
    return { root, status, detectNow: () => detect(context, makeCall()) };
  };

  test("an empty database beside the lists of installed files is a failure, never up to date", async () => {
    const { status, detectNow } = await freshMachine();
    await writeFile(status, "");
    expect(await detectNow()).toEqual({
      status: "unusable",
      reason: expect.stringMatching(
        /^dpkg's database \/.*\/status is empty, though packages were installed: put back \/.*\/status-old/,
      ),
    });
  });

  test("so is a missing one, until it is put back", async () => {
    const { status, detectNow } = await freshMachine();
    await rename(status, `${status}-away`);
    const reason = expect.stringContaining("is missing, though packages were installed");
    expect(await detectNow()).toEqual({ status: "unusable", reason });
    await rename(`${status}-away`, status);
    expect(await detectNow()).toMatchObject({ status: "present" });
  });

  test("a configured root that is none says which setting to correct", async () => {
    const { root, detectNow } = await freshMachine();
    await rm(path.join(root.dir, "var/lib/dpkg"), { recursive: true });
    const reason = `dpkg's database ${root.dir}/var/lib/dpkg/status is missing: correct the setting rootDir.`;
    expect(await detectNow()).toEqual({ status: "unusable", reason });
  });

  test("a new root in which nothing was ever installed is one without updates", async () => {
    const { root, status, detectNow } = await freshMachine();
    await rm(path.join(root.dir, "var/lib/dpkg/info"), { recursive: true });
    await writeFile(status, "");
    expect(await detectNow()).toMatchObject({ status: "present" });
  });
});
