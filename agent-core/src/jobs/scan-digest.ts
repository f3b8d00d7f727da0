import { createHash } from "node:crypto";
import type { ScanReportInput } from "../protocol/operations.js";

/** The parts of a report that make it this inventory: neither times nor numbers nor the index's age. */
export type ScanContent = Pick<
  ScanReportInput,
  "source" | "status" | "items" | "versionScheme" | "warnings" | "failure" | "pendingRestarts"
>;

/** SHA-256 in hex over the canonical content: the same inventory has the same digest, in whatever order it was listed. */
export function scanDigest(content: ScanContent): string {
  const { source, status, versionScheme, warnings = [], failure = null } = content;
  const byName = (a: { kind: string; name: string }, b: { kind: string; name: string }): number =>
    `${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1;
  const pendingRestarts = content.pendingRestarts?.toSorted(byName) ?? null;
  const items = content.items.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const canonical = sortKeys({ source, status, versionScheme, warnings, failure, items, pendingRestarts });
  return createHash("sha256").update(JSON.stringify(canonical)).digest("hex");
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sortKeys(one)]));
}
