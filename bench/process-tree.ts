import { readFileSync, readdirSync } from "node:fs";

/** A process and everything that it started and that still runs. Linux only. */
export function processTree(pid: number): number[] {
  const found = [pid];
  for (const member of found) {
    for (const task of tasksOf(member)) {
      const children = readQuietly(`/proc/${member}/task/${task}/children`).trim();
      if (children) found.push(...children.split(" ").map(Number));
    }
  }
  return found;
}

/** A file of `/proc`; empty once its process has ended. */
export function readQuietly(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** The threads of a process; none once it has ended. */
export function tasksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}
