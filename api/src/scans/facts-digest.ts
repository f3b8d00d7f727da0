import { createHash } from "node:crypto";
import type { ScanItem } from "./scans.events.js";

/** SHA-256 (base64url) over everything that a report says of one update: equal digests, nothing to write. */
export function factsDigest(item: ScanItem, versionScheme: string): string {
  const facts = [
    versionScheme,
    item.name,
    item.architecture,
    item.installedVersion,
    item.candidateVersion,
    item.origin,
    item.kind,
    item.severity,
    item.advisories,
    item.downloadBytes,
    item.isHeldByMark,
    item.isHeldByPin,
    item.restart,
    item.keptBackReason,
    item.releaseNotesUrl,
    inOrder(item.details ?? null),
  ];
  return createHash("sha256").update(JSON.stringify(facts)).digest("base64url");
}

/** The log keeps JSON without the order of its members, so the order must not matter. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  // Pairs, since an object puts members with whole numbers for names first.
  return members.map(([name, part]) => [name, inOrder(part)]);
}
