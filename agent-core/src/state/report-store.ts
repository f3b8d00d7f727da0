import { readdir } from "node:fs/promises";
import path from "node:path";
import type { ScanReportInput } from "../protocol/operations.js";
import { readFileIfThere, writeFileAtomically } from "./atomic-file.js";
import type { StateFolder } from "./state-folder.js";

/** One package that the server's last complete report of a source lists. */
export type ReportedItem = Pick<
  ScanReportInput["items"][number],
  "key" | "name" | "architecture" | "installedVersion" | "candidateVersion"
>;

/** All that is kept of one source's scans. */
export interface StoredSource {
  readonly source: string;
  readonly displayName: string;
  /** The latest scan of whatever outcome. */
  readonly latest: ScanReportInput;
  /** The latest complete scan; null when there was none. */
  readonly complete: ScanReportInput | null;
  /** Digest of the report that the server last took; null when it took none. */
  readonly reportedDigest: string | null;
  /** What the last complete report that the server took lists. */
  readonly reportedItems: readonly ReportedItem[];
  /** Whether the machine waits for a restart, by the latest scan; null when unknown. */
  readonly restartPending: boolean | null;
}

/**
 * The latest reports, one file a source, read anew each time because a person may scan beside the running agent. It is
 * the offline queue of scans: whatever the server has not taken is offered until it does.
 */
export class ReportStore {
  constructor(readonly folder: StateFolder) {}

  /** A damaged file counts as none: the next scan writes it again. */
  async read(source: string): Promise<StoredSource | undefined> {
    const text = await readFileIfThere(this.folder.report(source));
    try {
      return text === undefined ? undefined : (JSON.parse(text) as StoredSource);
    } catch {
      return undefined;
    }
  }

  async readAll(): Promise<StoredSource[]> {
    const names = await readdir(path.dirname(this.folder.report("any"))).catch(() => []);
    const sources = names.filter((name) => name.endsWith(".json") && !name.startsWith(".")).toSorted();
    const read = await Promise.all(sources.map((name) => this.read(name.slice(0, -".json".length))));
    return read.filter((one) => one !== undefined);
  }

  async write(stored: StoredSource): Promise<void> {
    await writeFileAtomically(this.folder.report(stored.source), `${JSON.stringify(stored)}\n`);
  }

  /** Notes that the server took a report. A report made in the meantime stays to be offered. */
  async markReported(report: ScanReportInput): Promise<void> {
    const stored = await this.read(report.source);
    if (!stored || stored.latest.scanNumber < report.scanNumber) return;
    const reportedItems =
      report.status === "COMPLETE" ? report.items.map(toReportedItem) : stored.reportedItems;
    await this.write({ ...stored, reportedDigest: report.digest, reportedItems });
  }
}

function toReportedItem(item: ScanReportInput["items"][number]): ReportedItem {
  const { key, name, architecture, installedVersion, candidateVersion } = item;
  return {
    key,
    name,
    candidateVersion,
    ...(architecture === undefined ? {} : { architecture }),
    ...(installedVersion === undefined ? {} : { installedVersion }),
  };
}
