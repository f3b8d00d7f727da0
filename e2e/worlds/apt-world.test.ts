import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { copyFakeRoot, makeFakeRoot, type FakeRoot } from "./apt-fake-root.js";
import {
  APT_WORLD_NEEDS,
  addPackages,
  buildAptRepository,
  closeAptRepository,
  type AptRepository,
} from "./apt-repository.js";
import { hasAptWorldTools } from "./apt-tools.js";
import { runTool } from "./run-tool.js";

describe.skipIf(!hasAptWorldTools())(`toy apt repository (needs: ${APT_WORLD_NEEDS})`, () => {
  let dir: string;
  let repository: AptRepository;
  let root: FakeRoot;

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), "apt-world-"));
    repository = await buildAptRepository(path.join(dir, "world"));
    root = await makeFakeRoot(repository, path.join(dir, "root"));
  });
  afterAll(async () => {
    await closeAptRepository(repository);
    await rm(dir, { recursive: true, force: true });
  });

  const simulate = async (at: FakeRoot) => {
    const text = await runTool("apt-get", ["-s", "-q", "dist-upgrade"], { env: at.env });
    return text.split("\n").filter((line) => line.startsWith("Inst ") || line.startsWith("Remv "));
  };

  test("a root sees security, new, removed and native packages, and neither held nor phased ones", async () => {
    const lines = (await simulate(root)).join("\n");
    expect(lines).toContain("Inst toy-app [1.0] (1.2 Toy-Security:stable-security [all])");
    expect(lines).toContain("Inst toy-newdep (1.0 Toy:stable [all])");
    expect(lines).toContain("Remv toy-victim [1.0]");
    expect(lines).toContain(`Inst toy-native [1:1.0-1] (1:1.0-1+deb12u1 Toy:stable [${repository.arch}])`);
    expect(lines).not.toContain("toy-held");
    expect(lines).not.toContain("toy-phased");
  });

  test("a copy is a root of its own, and the archive can move", async () => {
    const copy = await copyFakeRoot(root, path.join(dir, "copy"));
    await addPackages(repository, [{ name: "toy-app", version: "1.3", depends: "toy-lib (>= 1.0)" }]);
    await runTool("apt-get", ["update", "-q"], { env: copy.env });
    const lines = (await simulate(copy)).join("\n");
    expect(lines).toContain("Inst toy-app [1.0] (1.3 Toy:stable [all])");
    expect(lines).not.toContain("toy-phased");
    expect((await simulate(root)).join("\n")).toContain(
      "Inst toy-app [1.0] (1.2 Toy-Security:stable-security [all])",
    );
  });
});
