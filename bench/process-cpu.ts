import { processTree, readQuietly, tasksOf } from "./process-tree.ts";

/** The kernel counts in hundredths of a second on every architecture that Node runs on. */
const TICK_MS = 10;
const NAME_END = ") ";
/** Where a process's line has utime, stime, cutime and cstime, counted from behind its name. */
const [OWN, ENDED, BEHIND] = [11, 13, 15];

/**
 * The CPU time that a process and everything that it ever started and waited for have used until now, in milliseconds and
 * steps of 10. Linux only.
 */
export function treeCpuMs(pid: number): number {
  return processTree(pid).reduce((sum, member) => sum + ticksMs(member, OWN), 0);
}

/** The CPU time of what a process has started and seen the end of, all that those started included; like the above. */
export function endedCpuMs(pid: number): number {
  return ticksMs(pid, ENDED);
}

/** The CPU time of one process's threads that still run, in milliseconds and exact. Linux only. */
export function threadsCpuMs(pid: number): number {
  const nanoseconds = tasksOf(pid).map((task) => {
    const [onCpu] = readQuietly(`/proc/${pid}/task/${task}/schedstat`).split(" ");
    return Number(onCpu);
  });
  return nanoseconds.reduce((a, b) => a + b, 0) / 1e6;
}

function ticksMs(pid: number, from: number): number {
  const stat = readQuietly(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(NAME_END) + NAME_END.length).split(" ");
  return fields.slice(from, BEHIND).reduce((sum, field) => sum + Number(field), 0) * TICK_MS;
}
