import { scanDigest } from "../agent-core/dist/jobs/scan-digest.js";
import type { ScanItemInput, ScanReportInput } from "../agent-core/dist/protocol/operations.js";

/** Pending updates in every report: a server that was left alone for some months. */
export const UPDATES = 300;

/**
 * A complete apt report as an agent sends it.
 *
 * @param scanNumber the agent's first report has 1; each one after it has new candidates for `changed` packages
 */
export function sampleScan(scanNumber: number, changed = 0): ScanReportInput {
  const items = Array.from({ length: UPDATES }, (_, index) =>
    sampleItem(index, index < changed ? scanNumber : 1),
  );
  const content = { source: "apt", status: "COMPLETE", items, versionScheme: "deb", warnings: [] } as const;
  const at = new Date().toISOString();
  return {
    ...content,
    warnings: [],
    scanNumber,
    startedAt: at,
    finishedAt: at,
    digest: scanDigest({ ...content, warnings: [] }),
    indexAgeSeconds: 3600,
  };
}

function sampleItem(index: number, revision: number): ScanItemInput {
  const name = `lib${index.toString(36)}-package-${index % 7}`;
  const isSecurity = index % 5 === 0;
  return {
    key: `${name}:amd64`,
    name,
    architecture: "amd64",
    installedVersion: `1:${index % 9}.${index}.2-3+deb12u1`,
    candidateVersion: `1:${index % 9}.${index}.2-3+deb12u${revision + 1}`,
    origin: isSecurity ? "Debian-Security:12/stable-security" : "Debian:12.9/stable",
    kind: isSecurity ? "SECURITY" : "OTHER",
    severity: "UNKNOWN",
    advisories: [],
    downloadBytes: 10_000 + index * 997,
    restart: "UNKNOWN",
  };
}
