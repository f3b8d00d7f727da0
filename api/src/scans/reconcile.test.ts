import { expect, test } from "vitest";
import { factsDigest } from "./facts-digest.js";
import { readItem } from "./read-item.js";
import { reconcile, type OpenUpdate, type Report } from "./reconcile.js";
import type { ScanItem } from "./scans.events.js";
import { itemOf } from "./testing/inventory.js";

const item = (name: string, candidate = "2", more: Parameters<typeof itemOf>[2] = {}): ScanItem =>
  readItem(itemOf(name, candidate, more), ["input"]);

function openOf(name: string, more: Partial<OpenUpdate> = {}): OpenUpdate {
  const listed = item(name, more.candidateVersion ?? "2");
  return {
    id: name,
    key: listed.key,
    installedVersion: "1",
    candidateVersion: "2",
    state: "PENDING",
    factsDigest: factsDigest(listed, "debian"),
    listedNumber: 1,
    installedAt: null,
    verifiedAt: null,
    ...more,
  };
}

function reportOf(more: Partial<Report> = {}): Report {
  return {
    scanNumber: 5,
    status: "COMPLETE",
    startedAt: new Date("2026-01-01T12:00:00Z"),
    versionScheme: "debian",
    items: [],
    installed: new Map(),
    pendingRestarts: null,
    ...more,
  };
}

let made = 0;
const newId = (): string => `new-${(made += 1)}`;
const judge = (open: OpenUpdate[], report: Partial<Report>) => reconcile(open, reportOf(report), newId);

test("what is new is opened, what is listed as before is left alone", () => {
  const { difference, isSettled } = judge([openOf("curl")], { items: [item("curl"), item("bash")] });
  expect(difference).toEqual({
    opened: [{ id: expect.stringMatching(/^new-/), item: item("bash") }],
    changed: [],
    closed: [],
    restartNeeded: [],
    proved: [],
    contradicted: [],
    confirmed: [],
  });
  expect(isSettled).toBe(true);
});

test("other facts of the same candidate change the update and keep it", () => {
  const graver = item("curl", "2", { severity: "HIGH" });
  expect(judge([openOf("curl", { state: "APPROVED" })], { items: [graver] }).difference).toMatchObject({
    opened: [],
    changed: [{ id: "curl", item: graver }],
    closed: [],
  });
});

const absences = [
  ["nothing is known of what is installed", undefined, "WITHDRAWN"],
  ["it is not installed", null, "WITHDRAWN"],
  ["the old version is still installed", "1", "WITHDRAWN"],
  ["the candidate is installed", "2", "INSTALLED_ELSEWHERE"],
  ["a newer version is installed", "3", "SUPERSEDED"],
] as const;

for (const [what, now, reason] of absences) {
  test(`a complete scan closes what it no longer lists: ${what}, so ${reason}`, () => {
    const installed = new Map(now === undefined ? [] : [["curl:amd64", now]]);
    for (const state of ["PENDING", "APPROVED", "REJECTED", "FAILED"] as const) {
      const { difference } = judge([openOf("curl", { state })], { installed });
      expect(difference.closed).toEqual([{ id: "curl", reason }]);
    }
  });
}

test("a newer candidate takes the old one's place", () => {
  const { difference } = judge([openOf("curl", { state: "APPROVED" })], { items: [item("curl", "3")] });
  expect(difference.closed).toEqual([{ id: "curl", reason: "SUPERSEDED" }]);
  expect(difference.opened).toMatchObject([{ item: { candidateVersion: "3" } }]);
});

test("a newer candidate over our candidate, installed by others, says so", () => {
  const next = item("curl", "3", { installedVersion: "2" });
  expect(judge([openOf("curl")], { items: [next] }).difference.closed).toEqual([
    { id: "curl", reason: "INSTALLED_ELSEWHERE" },
  ]);
});

test("partial and failed scans close nothing by absence", () => {
  const open = [openOf("curl"), openOf("bash", { state: "APPROVED" })];
  for (const status of ["PARTIAL", "FAILED"] as const) {
    const { difference } = judge(open, { status });
    expect(Object.values(difference).flat()).toEqual([]);
  }
});

test("a source that is gone closes everything that does not run", () => {
  const open = [openOf("curl"), openOf("bash", { state: "INSTALLING" })];
  const { difference } = judge(open, { status: "UNSUPPORTED" });
  expect(difference.closed).toEqual([{ id: "curl", reason: "WITHDRAWN" }]);
});

test("what was installed is proved by a complete scan that began afterwards", () => {
  const before = openOf("curl", { state: "INSTALLED", installedAt: new Date("2026-01-01T12:00:01Z") });
  const after = { ...before, installedAt: new Date("2026-01-01T11:59:59Z") };
  expect(judge([after], {})).toMatchObject({ difference: { proved: ["curl"] }, isSettled: true });
  expect(judge([before], {})).toMatchObject({ difference: { proved: [], closed: [] }, isSettled: false });
  expect(judge([after], { status: "PARTIAL" })).toMatchObject({
    difference: { proved: [] },
    isSettled: false,
  });
});

test("what was installed and has a newer candidate already is proved by its installed version", () => {
  const installed = openOf("curl", { state: "INSTALLED", installedAt: new Date("2026-01-01T11:00:00Z") });
  const next = item("curl", "3", { installedVersion: "2" });
  expect(judge([installed], { items: [next] }).difference).toMatchObject({ proved: ["curl"], closed: [] });
});

test("C23 an install that a later scan still lists is contradicted", () => {
  const installed = openOf("curl", { state: "INSTALLED", installedAt: new Date("2026-01-01T11:00:00Z") });
  const { difference, isSettled } = judge([installed], { items: [item("curl")] });
  expect(difference.contradicted).toEqual([
    { id: "curl", failure: { code: "STILL_LISTED", message: expect.stringContaining("curl is still at 1") } },
  ]);
  expect(isSettled).toBe(true);
});

test("C23 an install that left the old version there is contradicted, although no scan lists it", () => {
  const installed = openOf("curl", { state: "INSTALLED", installedAt: new Date("2026-01-01T11:00:00Z") });
  const now = (version: string | null) => ({ installed: new Map([["curl:amd64", version]]) });
  expect(judge([installed], now("1"))).toMatchObject({
    difference: { proved: [], contradicted: [{ id: "curl", failure: { code: "NOT_INSTALLED" } }] },
    isSettled: true,
  });
  const fresh = { ...installed, installedVersion: null };
  expect(judge([fresh], now(null)).difference.contradicted).toMatchObject([{ id: "curl" }]);
  expect(judge([installed], now("2")).difference.proved).toEqual(["curl"]);
  expect(judge([installed], now("3")).difference.closed).toEqual([{ id: "curl", reason: "SUPERSEDED" }]);
  expect(judge([installed], now(null)).difference.closed).toEqual([{ id: "curl", reason: "WITHDRAWN" }]);
});

const restartOf = (...keys: string[]) => [
  { kind: "SERVICE", name: "web.service", keys, reason: "It runs old code." } as const,
];

test("what is installed as planned waits for the restart that names it, and is proved without", () => {
  const installed = openOf("curl", { state: "INSTALLED", installedAt: new Date("2026-01-01T11:00:00Z") });
  const waiting = { ...installed, state: "RESTART_NEEDED" } as const;
  const named = restartOf("bash:amd64", "curl:amd64");
  const wait = judge([installed], { pendingRestarts: named });
  expect(wait).toMatchObject({ difference: { restartNeeded: ["curl"], proved: [] }, isSettled: true });
  expect(Object.values(judge([waiting], { pendingRestarts: named }).difference).flat()).toEqual([]);
  for (const pendingRestarts of [[], restartOf("bash:amd64")]) {
    for (const update of [installed, waiting]) {
      const { difference } = judge([update], { pendingRestarts });
      expect(difference).toMatchObject({ restartNeeded: [], proved: ["curl"], closed: [] });
    }
  }
});

test("when nobody knows what must restart, a version is proved, and a wait goes on", () => {
  const installed = openOf("curl", { state: "INSTALLED", installedAt: new Date("2026-01-01T11:00:00Z") });
  expect(judge([installed], { pendingRestarts: null }).difference.proved).toEqual(["curl"]);
  const waiting = { ...installed, state: "RESTART_NEEDED" } as const;
  expect(Object.values(judge([waiting], { pendingRestarts: null }).difference).flat()).toEqual([]);
  expect(
    Object.values(judge([waiting], { status: "PARTIAL", pendingRestarts: [] }).difference).flat(),
  ).toEqual([]);
});

test("what waits for a restart and is gone, listed again or overtaken does not wait on", () => {
  const waiting = openOf("curl", {
    state: "RESTART_NEEDED",
    installedAt: new Date("2026-01-01T11:00:00Z"),
  });
  const pendingRestarts = restartOf("curl:amd64");
  const closedAs = (report: Partial<Report>) => judge([waiting], report).difference.closed;
  const now = (version: string | null) => new Map([["curl:amd64", version]]);
  expect(closedAs({ installed: now(null) })).toEqual([{ id: "curl", reason: "WITHDRAWN" }]);
  expect(closedAs({ installed: now("3") })).toEqual([{ id: "curl", reason: "SUPERSEDED" }]);
  const next = [item("curl", "3", { installedVersion: "2" })];
  expect(closedAs({ items: next, pendingRestarts })).toEqual([{ id: "curl", reason: "SUPERSEDED" }]);
  expect(judge([waiting], { items: next, pendingRestarts: [] }).difference.proved).toEqual(["curl"]);
  expect(judge([waiting], { items: [item("curl")] }).difference.contradicted).toMatchObject([{ id: "curl" }]);
});

test("what is being installed waits for its result, whatever a scan lists", () => {
  const installing = openOf("curl", { state: "INSTALLING" });
  for (const items of [[], [item("curl")], [item("curl", "3")]]) {
    const { difference, isSettled } = judge([installing], { items });
    expect(Object.values(difference).flat()).toEqual([]);
    expect(isSettled).toBe(false);
  }
});

test("a report that is older than what is known of a package says nothing about it", () => {
  const known = openOf("curl", { listedNumber: 6, candidateVersion: "3" });
  expect(Object.values(judge([known], { items: [item("curl", "2")] }).difference).flat()).toEqual([]);
  expect(Object.values(judge([known], { items: [] }).difference).flat()).toEqual([]);
});

test("a rollback is proved by the next complete scan that lists the candidate again, and stays what it is", () => {
  const rolledBackAt = new Date("2026-01-01T11:00:00Z");
  const open = [openOf("curl", { state: "ROLLED_BACK", installedAt: rolledBackAt })];
  const items = [item("curl")];
  const first = judge(open, { items });
  expect(first).toMatchObject({ isSettled: true, difference: { proved: ["curl"], opened: [], closed: [] } });
  expect(judge(open, { items, status: "PARTIAL" })).toMatchObject({
    isSettled: false,
    difference: { proved: [], confirmed: ["curl"] },
  });
  expect(judge(open, { items, startedAt: new Date("2026-01-01T10:59:59Z") })).toMatchObject({
    isSettled: false,
    difference: { proved: [], opened: [], closed: [] },
  });
  const proved = [
    openOf("curl", { state: "ROLLED_BACK", installedAt: rolledBackAt, verifiedAt: rolledBackAt }),
  ];
  expect(judge(proved, { items })).toMatchObject({ isSettled: true, difference: { proved: [] } });
});

test("what was rolled back gives way to a newer candidate, and is closed when it is there after all", () => {
  const open = [openOf("curl", { state: "ROLLED_BACK", installedAt: new Date("2026-01-01T11:00:00Z") })];
  expect(judge(open, { items: [item("curl", "3")] }).difference).toMatchObject({
    closed: [{ id: "curl", reason: "SUPERSEDED" }],
    opened: [{ item: { candidateVersion: "3" } }],
    proved: [],
  });
  const installed = new Map([["curl:amd64", "2"]]);
  expect(judge(open, { installed }).difference).toMatchObject({
    closed: [{ id: "curl", reason: "INSTALLED_ELSEWHERE" }],
    proved: [],
  });
});
