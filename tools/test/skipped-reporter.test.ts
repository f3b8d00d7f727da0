import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "vitest";

import { skippedLines } from "./skipped-reporter.js";

const REPOSITORY = path.resolve(import.meta.dirname, "../..");
let folder: string | undefined;

afterEach(() => {
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test("a run names every skipped suite with its reason and count", () => {
  folder = mkdtempSync(path.join(REPOSITORY, "tools/test/run-"));
  writeFileSync(
    path.join(folder, "some.test.ts"),
    `import { describe, expect, test } from "vitest";
     describe.skip("Debian root (needs root)", () => { test("boots", () => {}); test("scans", () => {}); });
     test("noted", (context) => context.skip("apt-get install strace"));
     test("passes", () => expect(1).toBe(1));`,
  );
  writeFileSync(path.join(folder, "vitest.config.mjs"), `export default {};`);
  const vitest = path.join(REPOSITORY, "node_modules/vitest/vitest.mjs");
  const reporter = path.join(import.meta.dirname, "skipped-reporter.ts");
  const run = spawnSync(process.execPath, [vitest, "run", "--root", folder, "--reporter", reporter], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  expect(run.stdout).toContain("Skipped, not passed (3):");
  expect(run.stdout).toContain("some.test.ts › Debian root (needs root) (2 tests)");
  expect(run.stdout).toContain("some.test.ts › noted (1 test): apt-get install strace");
});

test("a run without skipped tests ends without the paragraph", () => {
  expect(skippedLines([])).toEqual([]);
});
