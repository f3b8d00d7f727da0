import type { ScanWarningInput } from "../protocol/operations.js";
import type { PendingRestartInput } from "../protocol/operations.js";
import { readFileIfThere, writeFileAtomically } from "./atomic-file.js";
import type { StoredSource } from "./report-store.js";
import { StateError } from "./state-error.js";

/** What people and scripts read with no server in reach: `last_scan.json`. */
export interface LastScan {
  readonly version: 1;
  readonly agentVersion: string;
  readonly writtenAt: string;
  readonly sources: readonly LastScanSource[];
}

/** One source in {@link LastScan}. */
export interface LastScanSource {
  readonly source: string;
  readonly displayName: string;
  /** How the latest scan ended. Only COMPLETE says anything about what is not listed. */
  readonly status: StoredSource["latest"]["status"];
  readonly finishedAt: string;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly warnings: readonly ScanWarningInput[];
  readonly restartPending: boolean | null;
  /** What must restart, by the latest scan; null when not known. */
  readonly pendingRestarts: readonly PendingRestartInput[] | null;
  /** When the items were true: the end of the last complete scan, or of a partial one; null when there was none. */
  readonly itemsAt: string | null;
  readonly items: StoredSource["latest"]["items"];
}

/** Makes the file's content of what is stored. A failed scan keeps the older items, with their age. */
export function buildLastScan(stored: readonly StoredSource[], agentVersion: string, now: number): LastScan {
  return {
    version: 1,
    agentVersion,
    writtenAt: new Date(now).toISOString(),
    sources: stored.map(toLastScanSource),
  };
}

function toLastScanSource(stored: StoredSource): LastScanSource {
  const { latest, complete } = stored;
  const shown = latest.status === "PARTIAL" || latest.status === "UNSUPPORTED" ? latest : complete;
  return {
    source: stored.source,
    displayName: stored.displayName,
    status: latest.status,
    finishedAt: latest.finishedAt,
    failure: latest.failure ?? null,
    warnings: latest.warnings ?? [],
    restartPending: stored.restartPending,
    pendingRestarts: latest.pendingRestarts ?? null,
    itemsAt: shown?.finishedAt ?? null,
    items: shown?.items ?? [],
  };
}

/** Writes the file as a whole. */
export async function writeLastScan(file: string, lastScan: LastScan): Promise<void> {
  await writeFileAtomically(file, `${JSON.stringify(lastScan, null, 2)}\n`);
}

/** Reads the file; undefined when there was no scan yet. @throws StateError when it is damaged. */
export async function readLastScan(file: string): Promise<LastScan | undefined> {
  const text = await readFileIfThere(file);
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as LastScan;
    if (value.version === 1 && Array.isArray(value.sources)) return value;
  } catch {
    // Told below in the same words as a wrong shape.
  }
  throw new StateError(`The file ${file} is damaged. Run redflag-agent scan to write it again.`);
}
