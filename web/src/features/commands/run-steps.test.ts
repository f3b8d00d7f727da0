import { expect, test } from "vitest";

import { runSteps, verifiedAt } from "./run-steps.js";

const T = "2026-11-21T10:00:00.000Z";
const LATER = "2026-11-21T10:05:00.000Z";

const install = (part: Partial<Parameters<typeof runSteps>[0]> = {}) =>
  runSteps({
    type: "INSTALL",
    state: "QUEUED",
    requestedAt: T,
    claimedAt: null,
    startedAt: null,
    finishedAt: null,
    isLocal: false,
    updates: [{ state: "APPROVED", verifiedAt: null }],
    rolledBackBy: null,
    ...part,
  }).map(({ label, is }) => `${label}: ${is}`);

test("a queued install waits for the agent", () => {
  expect(install()).toEqual([
    "Asked: done",
    "Taken by the agent: now",
    "Begun: open",
    "Installed: open",
    "Verified by a scan: open",
  ]);
});

test("an install that succeeded is not proved before a scan", () => {
  const ended = { state: "SUCCEEDED", claimedAt: T, startedAt: T, finishedAt: T } as const;
  expect(install(ended).slice(3)).toEqual(["Installed: done", "Verified by a scan: now"]);
  const updates = [{ state: "VERIFIED", verifiedAt: LATER }];
  expect(install({ ...ended, updates }).slice(3)).toEqual(["Installed: done", "Verified by a scan: done"]);
});

test("an install that waits for a restart says so instead", () => {
  const ended = { state: "SUCCEEDED", claimedAt: T, startedAt: T, finishedAt: T } as const;
  const updates = [
    { state: "VERIFIED", verifiedAt: T },
    { state: "RESTART_NEEDED", verifiedAt: null },
  ];
  expect(install({ ...ended, updates }).slice(3)).toEqual(["Installed: done", "Restart needed: now"]);
});

test.each([
  ["FAILED", "Failed: failed"],
  ["CANCELLED", "Cancelled: failed"],
  ["EXPIRED", "Expired: failed"],
] as const)("an install that ended as %s says so and waits for no proof", (state, wanted) => {
  expect(install({ state, finishedAt: T }).slice(3)).toEqual([wanted, "Verified by a scan: open"]);
});

test("it is proved when the last update is", () => {
  const proved = { state: "VERIFIED", verifiedAt: T };
  const at = (...updates: Parameters<typeof verifiedAt>[0]["updates"][number][]) =>
    verifiedAt({ type: "INSTALL", updates });
  expect(at(proved, { state: "VERIFIED", verifiedAt: LATER })).toBe(LATER);
  expect(at(proved, { state: "INSTALLED", verifiedAt: null })).toBeNull();
  expect(at()).toBeNull();
});

test("an install that was rolled back waits for no proof, and its rollback is proved by a scan", () => {
  const ended = { state: "SUCCEEDED", claimedAt: T, startedAt: T, finishedAt: T } as const;
  const rolledBackBy = { state: "SUCCEEDED" };
  expect(install({ ...ended, rolledBackBy }).slice(3)).toEqual(["Installed: done", "Rolled back: done"]);
  const rollback = (verified: string | null) =>
    install({
      ...ended,
      type: "ROLLBACK",
      updates: [{ state: "ROLLED_BACK", verifiedAt: verified }],
    }).slice(3);
  expect(rollback(null)).toEqual(["Rolled back: done", "Verified by a scan: now"]);
  expect(rollback(LATER)).toEqual(["Rolled back: done", "Verified by a scan: done"]);
});

test("what was done at the machine was never taken, and without updates there is nothing to prove", () => {
  const ended = { state: "SUCCEEDED", startedAt: T, finishedAt: T, isLocal: true } as const;
  expect(install(ended)).toEqual([
    "Asked: done",
    "Begun: done",
    "Installed: done",
    "Verified by a scan: now",
  ]);
  expect(install({ ...ended, updates: [] })).toEqual(["Asked: done", "Begun: done", "Installed: done"]);
});
