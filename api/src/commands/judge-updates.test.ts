import { expect, test } from "vitest";
import type { CommandItem } from "./commands.events.js";
import { judgeUpdates, judgeWhole, type Ending } from "./judge-updates.js";

const failure = { code: "LOCKED", message: "apt is busy." };

function judge(ending: Partial<Ending>, item?: Partial<CommandItem>) {
  const reported: CommandItem = {
    key: "curl:amd64",
    name: "curl",
    architecture: null,
    outcome: "SUCCEEDED",
    fromVersion: "1",
    toVersion: "2",
    message: null,
    ...item,
  };
  const [judged] = judgeUpdates({
    command: { type: "INSTALL", updateIds: ["u"] },
    wanted: [{ updateId: "u", key: "curl:amd64", version: "2" }],
    state: "SUCCEEDED",
    failure: null,
    items: item ? [reported] : [],
    ...ending,
  });
  return [judged?.outcome, judged?.failure?.code ?? null];
}

test("the planned version in the package database is success", () => {
  expect(judge({}, {})).toEqual(["SUCCEEDED", null]);
  expect(judge({ state: "FAILED", failure }, {})).toEqual(["SUCCEEDED", null]);
});

test("C23 success with another version is a failure", () => {
  expect(judge({}, { toVersion: "1" })).toEqual(["FAILED", "OTHER_VERSION"]);
  expect(judge({}, { toVersion: null })).toEqual(["FAILED", "OTHER_VERSION"]);
});

test("a package that was not begun stays approved, unless the install failed as a whole", () => {
  expect(judge({ state: "PARTIALLY_SUCCEEDED", failure }, { outcome: "SKIPPED" })).toEqual([
    "SKIPPED",
    "LOCKED",
  ]);
  expect(judge({ state: "CANCELLED" }, { outcome: "SKIPPED" })).toEqual(["SKIPPED", null]);
  expect(judge({ state: "FAILED", failure }, { outcome: "SKIPPED" })).toEqual(["FAILED", "LOCKED"]);
});

test("what is not reported is never taken for success", () => {
  expect(judge({})).toEqual(["FAILED", "NOT_REPORTED"]);
  expect(judge({ state: "PARTIALLY_SUCCEEDED", failure })).toEqual(["FAILED", "NOT_REPORTED"]);
  expect(judge({ state: "FAILED", failure })).toEqual(["FAILED", "LOCKED"]);
  expect(judge({ state: "CANCELLED" })).toEqual(["SKIPPED", null]);
});

test("a command that expired before it was handed over leaves its updates as they were", () => {
  expect(judge({ state: "EXPIRED" })).toEqual(["SKIPPED", null]);
  expect(judge({ state: "EXPIRED", failure })).toEqual(["FAILED", "LOCKED"]);
});

test("a rollback succeeded for a package that has the version before, or is gone when there was none", () => {
  const command = { type: "ROLLBACK" as const, updateIds: ["u"] };
  const before = (version: string | null) => ({
    command,
    wanted: [{ updateId: "u", key: "curl:amd64", version }],
  });
  expect(judge(before("1"), { toVersion: "1" })).toEqual(["SUCCEEDED", null]);
  expect(judge(before(null), { toVersion: null })).toEqual(["SUCCEEDED", null]);
  expect(judge(before("1"), { toVersion: "2" })).toEqual(["FAILED", "OTHER_VERSION"]);
  expect(judge(before("1"))).toEqual(["FAILED", "NOT_REPORTED"]);
});

test("only what moves packages has updates to judge", () => {
  const updates = judgeUpdates({
    command: { type: "SCAN", updateIds: [] },
    wanted: null,
    state: "SUCCEEDED",
    failure: null,
    items: [],
  });
  expect(updates).toEqual([]);
});

test("C23 succeeded as a whole means that every package did", () => {
  const told = { state: "SUCCEEDED", failure: null } as const;
  const good = { updateId: "u", outcome: "SUCCEEDED", failure: null } as const;
  const bad = { updateId: "v", outcome: "FAILED", failure } as const;
  const item = { key: "k", name: "k", architecture: null, fromVersion: null, toVersion: null, message: null };
  expect(judgeWhole(told, [good], [])).toBe(told);
  expect(judgeWhole(told, [good, bad], [])).toEqual({ state: "PARTIALLY_SUCCEEDED", failure });
  expect(judgeWhole(told, [bad], [])).toEqual({ state: "FAILED", failure });
  expect(judgeWhole(told, [good], [{ ...item, outcome: "SKIPPED" }])).toMatchObject({
    state: "PARTIALLY_SUCCEEDED",
    failure: { code: "COMMAND_FAILED" },
  });
  const partial = { state: "PARTIALLY_SUCCEEDED", failure } as const;
  expect(judgeWhole(partial, [bad], [])).toBe(partial);
});
