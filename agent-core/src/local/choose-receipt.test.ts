import { expect, test } from "vitest";
import type { StoredReceipt } from "../receipts/stored-receipt.js";
import { chooseReceipt } from "./choose-receipt.js";
import { secondCommandId } from "./command-id.js";

const receipt = (commandId: string, key: string, changes: Partial<StoredReceipt> = {}): StoredReceipt => ({
  version: 1,
  commandId,
  savedAt: "2026-01-01T00:00:00.000Z",
  type: "INSTALL",
  origin: "MACHINE",
  requestedBy: "root",
  rollsBack: null,
  receipt: {
    planId: "p",
    planDigest: "0".repeat(64),
    source: "apt",
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: "2026-01-01T00:00:00.000Z",
    outcome: "succeeded",
    items: [{ key, name: key, fromVersion: "1", toVersion: "2", role: "selected", outcome: "installed" }],
    token: "",
  },
  ...changes,
});
const idOf = (chosen: ReturnType<typeof chooseReceipt>) =>
  "receipt" in chosen ? chosen.receipt.commandId : "";
const back = (commandId: string, rollsBack: string) =>
  receipt(commandId, "a", { type: "ROLLBACK", rollsBack });

test("the last installation that stands is meant, whatever was rolled back after it", () => {
  expect(idOf(chooseReceipt([receipt("2", "a"), receipt("1", "a")], "last"))).toBe("2");
  expect(idOf(chooseReceipt([back("3", "2"), receipt("2", "a"), receipt("1", "a")], "last"))).toBe("1");
  expect(chooseReceipt([back("2", "1"), receipt("1", "a")], "last")).toHaveProperty("problem");
  expect(chooseReceipt([], "last")).toHaveProperty("problem");
});

test("an older one only when nothing later changed the same packages", () => {
  expect(idOf(chooseReceipt([receipt("2", "b"), receipt("1", "a")], "1"))).toBe("1");
  expect(chooseReceipt([receipt("2", "a"), receipt("1", "a")], "1")).toMatchObject({
    problem: expect.stringContaining("Roll that one back first: 2"),
  });
  expect(idOf(chooseReceipt([back("3", "2"), receipt("2", "a"), receipt("1", "a")], "1"))).toBe("1");
});

test("a rollback that failed took nothing back", () => {
  const failed = back("2", "1");
  const receipts = [
    { ...failed, receipt: { ...failed.receipt, outcome: "failed" as const } },
    receipt("1", "a"),
  ];
  expect(idOf(chooseReceipt(receipts, "last"))).toBe("1");
});

test("an installation of an earlier enrolment, which has another id by now, is not rolled back twice", () => {
  const adopted = receipt(secondCommandId("cmd_old"), "a");
  expect(chooseReceipt([back("cmd_back", "cmd_old"), adopted], "last")).toEqual({
    problem: "There is no installation to roll back.",
  });
});
