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

  /** What the last complete report lists that the server took; nothing when it took none. */
  async readReported(source: string): Promise<readonly ReportedItem[]> {
    const text = await readFileIfThere(this.folder.reported(source));
    try {
      return text === undefined ? [] : (JSON.parse(text) as readonly ReportedItem[]);
    } catch {
      return [];
    }
  }

  /** Notes that the server took a report. In a file of its own, for a scan may write a newer report meanwhile. */
  async markReported({ source, status, items }: ScanReportInput): Promise<void> {
    if (status !== "COMPLETE") return;
    const reported = items.map(toReportedItem);
    await writeFileAtomically(this.folder.reported(source), `${JSON.stringify(reported)}\n`);
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
