import { processTree, readQuietly } from "./process-tree.ts";

const MIB = 1024;

/** What processes hold in memory. */
export interface Memory {
  /** Every page that is in memory, shared ones counted in full. */
  readonly residentMiB: number;
  /** Private and shared pages, the shared ones divided among their users. */
  readonly proportionalMiB: number;
  /** Pages that nobody else uses: what would be free again without it. */
  readonly privateMiB: number;
  /** The private pages that were written: what it costs beyond the files that it maps. */
  readonly privateDirtyMiB: number;
}

/** Adds up a process and its descendants; what ends meanwhile counts as nothing. Linux only. */
export function treeMemory(pid: number): Memory {
  return sumMemory(processTree(pid));
}

/** One process alone. */
export function processMemory(pid: number): Memory {
  return sumMemory([pid]);
}

/** The most that a process ever had in memory at once, alone. */
export function peakResidentMiB(pid: number): number {
  return kibibytes(readQuietly(`/proc/${pid}/status`), "VmHWM") / MIB;
}

function sumMemory(pids: readonly number[]): Memory {
  const rollups = pids.map((pid) => readQuietly(`/proc/${pid}/smaps_rollup`));
  const sum = (...fields: readonly string[]): number =>
    rollups.flatMap((rollup) => fields.map((field) => kibibytes(rollup, field))).reduce((a, b) => a + b, 0) /
    MIB;
  return {
    residentMiB: sum("Rss"),
    proportionalMiB: sum("Pss"),
    privateMiB: sum("Private_Clean", "Private_Dirty"),
    privateDirtyMiB: sum("Private_Dirty"),
  };
}

function kibibytes(text: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
}
