import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

import { buildApiReport, REPORT_FILE } from "./api-report.mjs";

test("plugins/sdk/api-report.d.ts is the SDK's public interface (else run `node tools/api-report.mjs`)", async () => {
  expect(await buildApiReport()).toBe(await readFile(REPORT_FILE, "utf8"));
});

test("the SDK's public interface names no package and no Node type", async () => {
  const report = await buildApiReport();
  expect(report).not.toMatch(/import\(|reference types|NodeJS|Buffer\b/);
});
