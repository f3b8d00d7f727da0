import { readFileSync, readdirSync } from "node:fs";

/** What a process and everything that it started hold in memory. */
export interface TreeMemory {
  /** Private and shared pages, the shared ones divided among their users. */
  readonly proportionalMiB: number;
  /** Pages that nobody else uses: what would be free again without it. */
  readonly privateMiB: number;
}

/** Adds up a process and its descendants; what ends meanwhile counts as nothing. Linux only. */
export function treeMemory(pid: number): TreeMemory {
  let proportional = 0;
  let own = 0;
  for (const member of descendants(pid)) {
    const rollup = readQuietly(`/proc/${member}/smaps_rollup`);
    proportional += kibibytes(rollup, "Pss");
    own += kibibytes(rollup, "Private_Clean") + kibibytes(rollup, "Private_Dirty");
  }
  return { proportionalMiB: proportional / 1024, privateMiB: own / 1024 };
}

function descendants(pid: number): number[] {
  const found = [pid];
  for (const member of found) {
    for (const task of tasksOf(member)) {
      const children = readQuietly(`/proc/${member}/task/${task}/children`).trim();
      if (children) found.push(...children.split(" ").map(Number));
    }
  }
  return found;
}

function tasksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function readQuietly(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function kibibytes(rollup: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1] ?? 0);
}
