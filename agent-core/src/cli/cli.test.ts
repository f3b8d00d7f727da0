import { expect, test } from "vitest";
import type { LastScan, LastScanSource } from "../state/last-scan.js";
import { describeSources, describeUpdates, isFullyKnown } from "./describe-scan.js";
import { translateSeedFlags } from "./seed-flags.js";
import { formatAge, formatTable } from "./table.js";

test("the first agent's flags mean the commands of today", () => {
  const table: readonly (readonly [string, string])[] = [
    ["--scan", "scan"],
    ["--status", "status"],
    ["--list-updates", "list-updates"],
    ["--export=json", "export --format json"],
    ["--scan --export=json", "scan --export json"],
    ["--export=json --scan", "scan --export json"],
    ["--scan --export json", "scan --export json"],
    ["--scan --no-refresh", "scan --no-refresh"],
    ["scan --export=json", "scan --export=json"],
    ["list --json", "list --json"],
    ["--help", "--help"],
    ["", ""],
  ];
  for (const [given, wanted] of table) {
    expect(translateSeedFlags(given.split(" ").filter(Boolean)).join(" ")).toBe(wanted);
  }
});

const AT = "2026-11-21T10:00:00.000Z";
const NOW = Date.parse(AT) + 3 * 60_000;
const source = (changes: Partial<LastScanSource>): LastScanSource => ({
  source: "apt",
  displayName: "APT",
  status: "COMPLETE",
  finishedAt: AT,
  failure: null,
  warnings: [],
  restartPending: null,
  pendingRestarts: null,
  itemsAt: AT,
  items: [],
  ...changes,
});
const scan = (...sources: LastScanSource[]): LastScan => ({
  version: 1,
  agentVersion: "1",
  writtenAt: AT,
  sources,
});

test("only a complete scan without updates is called up to date", () => {
  const said = (changes: Partial<LastScanSource>) => describeSources(scan(source(changes)), NOW).join("\n");
  expect(said({})).toBe("APT: up to date (scanned 3 minutes ago)");
  const failure = { code: "LOCKED", message: "busy" };
  for (const status of ["FAILED", "PARTIAL"] as const) {
    const text = said({ status, failure });
    expect(text).toContain("LOCKED: busy");
    expect(text.split("\n")[0]).not.toContain("up to date");
    expect(isFullyKnown(scan(source({ status, failure })))).toBe(false);
  }
  expect(said({ status: "FAILED", failure, itemsAt: null })).toContain("No earlier scan succeeded");
  const reason = "It runs old code.";
  const restart = { kind: "SERVICE" as const, name: "ssh.service", keys: [], reason };
  expect(said({ pendingRestarts: [restart] }).split("\n")[1]).toBe(
    "Restart needed: ssh.service. It runs old code.",
  );
  expect(said({ status: "UNSUPPORTED", failure })).toBe("APT: not on this machine");
  expect(describeSources(scan(), NOW)[0]).toContain("nothing is known");
  expect(isFullyKnown(scan())).toBe(false);
});

test("what a scan remarks and why an update is kept back is told, and moves no cursor", () => {
  const warnings = [{ code: "PHASED", message: "not this machine\u001b[2J yet" }];
  const item: LastScanSource["items"][number] = {
    key: "lib",
    name: "lib",
    candidateVersion: "2",
    kind: "OTHER",
    severity: "UNKNOWN",
    advisories: [],
    restart: "NONE",
  };
  const kept = { ...item, key: "tool", keptBackReason: "It removes\u001b[2J old." };
  const found = scan(source({ warnings, items: [{ ...item, isHeldByMark: true }, kept] }));
  expect(describeSources(found, NOW).slice(1)).toEqual(["Remark PHASED: not this machine\\x1b[2J yet"]);
  const lines = describeUpdates(found).split("\n");
  expect(lines[1]).toMatch(/^apt +lib .* held by mark$/);
  expect(lines[2]).toMatch(/^apt +tool .* kept back$/);
  expect(lines.slice(3)).toEqual(["Kept back: tool. It removes\\x1b[2J old."]);
});

test("tables line up and their cells are harmless", () => {
  expect(
    formatTable(
      ["A", "B"],
      [
        ["long one", "\u001b[31m"],
        ["x", "y"],
      ],
    ),
  ).toBe("A         B\nlong one  \\x1b[31m\nx         y");
});

test("ages are for people", () => {
  expect([10_000, 60_000, 600_000, 10_800_000, 300_000_000].map(formatAge)).toEqual([
    "less than a minute",
    "1 minute",
    "10 minutes",
    "3 hours",
    "3 days",
  ]);
});
