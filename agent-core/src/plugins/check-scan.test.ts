import { expect, test } from "vitest";
import { checkScanReport } from "./check-scan.js";

const restart = { kind: "service", name: "ssh.service", keys: ["libssl3"], reason: "It runs old code." };
const withRestarts = (pendingRestarts: unknown) => ({
  items: [],
  complete: true,
  warnings: [],
  pendingRestarts,
});

test("what must restart is a list that was checked, and its absence says that nobody knows", () => {
  expect(checkScanReport(withRestarts([restart])).pendingRestarts).toEqual([restart]);
  expect(checkScanReport(withRestarts([])).pendingRestarts).toEqual([]);
  expect(checkScanReport({ items: [], complete: true, warnings: [] })).not.toHaveProperty("pendingRestarts");
  const session = { ...restart, kind: "session" };
  expect(checkScanReport(withRestarts([restart, session])).pendingRestarts).toHaveLength(2);
});

test.each([
  ["the same twice", [restart, restart]],
  ["more than 500", Array.from({ length: 501 }, (_, index) => ({ ...restart, name: `s${index}` }))],
  [
    "more than 1000 packages",
    [{ ...restart, keys: Array.from({ length: 1001 }, (_, index) => `k${index}`) }],
  ],
  ["a kind that is none", [{ ...restart, kind: "none" }]],
  ["no name", [{ ...restart, name: "" }]],
  ["no reason", [{ ...restart, reason: "" }]],
  ["null", null],
])("%s breaks the contract", (_what, restarts) => {
  expect(() => checkScanReport(withRestarts(restarts))).toThrow(/breaks its contract/);
});
