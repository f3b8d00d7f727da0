import { type Plan, planDigest, type Receipt, type Verification } from "@redflag/plugin-sdk";
import { expect, test } from "vitest";
import { judgeInstall } from "./judge-install.js";

const content = {
  items: [
    { key: "a", name: "a", fromVersion: "1", toVersion: "2" },
    { key: "b", name: "b", fromVersion: null, toVersion: "2" },
  ],
  alsoInstalls: [],
  alsoRemoves: [{ key: "c", name: "c", fromVersion: "1" }],
};
const plan: Plan = {
  ...content,
  id: "p",
  source: "toy",
  restarts: { services: null, system: null },
  blockers: [],
  digest: planDigest(content),
  expiresAt: "2999-01-01T00:00:00Z",
  token: "",
};
const line = (
  key: string,
  installedVersion: string | null,
  ok: boolean,
  state: Verification["state"],
): Verification => ({
  key,
  state,
  ok,
  expectedVersion: "2",
  installedVersion,
});
const receipt = (outcome: Receipt["items"][number]["outcome"]): Receipt => ({
  planId: "p",
  planDigest: plan.digest,
  source: "toy",
  startedAt: "2026-01-01T00:00:00Z",
  finishedAt: "2026-01-01T00:00:01Z",
  outcome: "succeeded",
  items: ["a", "b", "c"].map((key) => ({
    key,
    name: key,
    fromVersion: "1",
    toVersion: "2",
    role: "selected",
    outcome,
  })),
  token: "",
});
const outcomes = (result: ReturnType<typeof judgeInstall>) => result.items?.map((item) => item.outcome);

test("what the package database says beats what the receipt says", () => {
  const verifications = [
    line("a", "1", false, "other-version"),
    line("b", "2", true, "installed"),
    line("c", "1", false, "still-installed"),
  ];
  const result = judgeInstall({ plan, receipt: receipt("installed"), verifications });
  expect(outcomes(result)).toEqual(["SKIPPED", "SUCCEEDED", "SKIPPED"]);
  expect(result).toMatchObject({ state: "PARTIALLY_SUCCEEDED", failure: { code: "COMMAND_FAILED" } });
});

test("everything as planned is a success, nothing is a failure, a broken package is never skipped", () => {
  const all = [
    line("a", "2", true, "installed"),
    line("b", "2", true, "installed"),
    line("c", null, true, "removed"),
  ];
  expect(judgeInstall({ plan, verifications: all })).toMatchObject({ state: "SUCCEEDED" });
  const none = [
    line("a", "1", false, "broken"),
    line("b", null, false, "absent"),
    line("c", "1", false, "still-installed"),
  ];
  const failure = { code: "DISK_FULL", message: "no room" };
  const result = judgeInstall({ plan, verifications: none, failure });
  expect(result).toMatchObject({ state: "FAILED", failure });
  expect(outcomes(result)).toEqual(["FAILED", "SKIPPED", "SKIPPED"]);
});

test("without a package database to ask, the receipt counts, and without that nothing is called installed", () => {
  expect(judgeInstall({ plan, receipt: receipt("installed") })).toMatchObject({ state: "SUCCEEDED" });
  expect(outcomes(judgeInstall({ plan, receipt: receipt("unchanged") }))).toEqual([
    "SKIPPED",
    "SKIPPED",
    "SKIPPED",
  ]);
  expect(judgeInstall({ plan })).toMatchObject({ state: "FAILED" });
});

test("a restart that is not known is not called none", () => {
  const restart = (services: string[] | null, system: boolean | null) =>
    judgeInstall({ plan, restart: { services, system } }).restart;
  expect(restart([], false)).toBe("NONE");
  expect(restart(["ssh"], null)).toBe("SERVICE");
  const alone = { services: [], sessions: ["user-1000.slice"], system: false };
  expect(judgeInstall({ plan, restart: alone }).restart).toBe("SESSION");
  expect(restart(null, true)).toBe("SYSTEM");
  expect(restart(null, false)).toBe("UNKNOWN");
});
