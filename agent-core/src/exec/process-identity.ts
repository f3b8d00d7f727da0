import { readFileSync } from "node:fs";
import path from "node:path";

/** Names one process beyond the reuse of its number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks between the machine's start and the process's; null where there is no /proc. */
  readonly startTicks: string | null;
  /** The machine's start; null where it is not known. */
  readonly bootId: string | null;
}

/** A process that outlives the agent, and where its output goes. */
export interface Survivor extends ProcessIdentity {
  /** Folder with `stdout.log` and `stderr.log`. */
  readonly outputFolder: string;
}

/** The identity of a process that was just started. */
export function identifyProcess(pid: number, procRoot = "/proc"): ProcessIdentity {
  return { pid, startTicks: readStat(pid, procRoot)?.startTicks ?? null, bootId: readBootId(procRoot) };
}

/** True while exactly this process runs; a zombie has ended. */
export function isStillRunning(identity: ProcessIdentity, procRoot = "/proc"): boolean {
  if (isOfEarlierBoot(identity, procRoot)) return false;
  if (identity.startTicks === null) return respondsToSignal(identity.pid);
  const stat = readStat(identity.pid, procRoot);
  return stat?.startTicks === identity.startTicks && stat.state !== "Z" && stat.state !== "X";
}

/** True if the machine was started anew since that process was. False when that is not known. */
export function isOfEarlierBoot({ bootId }: ProcessIdentity, procRoot = "/proc"): boolean {
  return bootId !== null && bootId !== readBootId(procRoot);
}

function respondsToSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return Object(error).code === "EPERM";
  }
}

function readStat(pid: number, procRoot: string): { state: string; startTicks: string } | undefined {
  const text = readText(path.join(procRoot, String(pid), "stat"));
  if (text === undefined) return undefined;
  // The program's name stands in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  const startTicks = fields[19];
  return state === undefined || startTicks === undefined ? undefined : { state, startTicks };
}

/** Names this run of the machine, from its start to the next; null where it is not known. */
export function readBootId(procRoot = "/proc"): string | null {
  return readText(path.join(procRoot, "sys/kernel/random/boot_id"))?.trim() ?? null;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
