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
    item.isHeld,
    item.restart,
    item.releaseNotesUrl,
    item.details ?? null,
  ];
  return createHash("sha256").update(JSON.stringify(facts)).digest("base64url");
}
