import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ScanReportInput } from "../protocol/operations.js";
import { ReportStore, type StoredSource } from "./report-store.js";
import { StateFolder } from "./state-folder.js";

let folder: StateFolder;
beforeEach(() => {
  folder = new StateFolder(mkdtempSync(path.join(tmpdir(), "redflag-reports-")));
});
afterEach(() => rmSync(folder.root, { recursive: true, force: true }));

const AT = "2026-01-01T00:00:00.000Z";
const reportOf = (scanNumber: number, key: string, status: ScanReportInput["status"] = "COMPLETE") => ({
  source: "toy",
  scanNumber,
  startedAt: AT,
  finishedAt: AT,
  status,
  digest: String(scanNumber),
  versionScheme: "opaque" as const,
  items: [
    {
      key,
      name: key,
      candidateVersion: "2",
      kind: "OTHER" as const,
      severity: "UNKNOWN" as const,
      restart: "NONE" as const,
    },
  ],
});
const stored = (latest: ScanReportInput): StoredSource => ({
  source: "toy",
  displayName: "Toy",
  latest,
  complete: latest,
  restartPending: null,
});

test("noting that the server took a report leaves a newer one alone that came meanwhile", async () => {
  const store = new ReportStore(folder);
  await store.write(stored(reportOf(2, "newer")));
  const before = readFileSync(folder.report("toy"), "utf8");
  await store.markReported(reportOf(1, "older"));
  expect(readFileSync(folder.report("toy"), "utf8")).toBe(before);
  expect(await store.readReported("toy")).toEqual([{ key: "older", name: "older", candidateVersion: "2" }]);
});

test("only a complete report says what the server knows", async () => {
  const store = new ReportStore(folder);
  expect(await store.readReported("toy")).toEqual([]);
  await store.markReported(reportOf(1, "all"));
  await store.markReported(reportOf(2, "some", "PARTIAL"));
  expect(await store.readReported("toy")).toMatchObject([{ key: "all" }]);
});
