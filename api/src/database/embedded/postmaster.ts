import { readFile, readlink, unlink } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { StartupError } from "../startup-error.js";
import { removeShortSocketFolder, type Layout } from "./layout.js";
import { runTool } from "./run-tool.js";

/** What PostgreSQL writes into `postmaster.pid`. */
export interface PostmasterFile {
  pid: number;
  socketFolder: string;
  /** "starting", "ready", "stopping"; empty in the first moments. */
  status: string;
}

const FAST_STOP_DEADLINE_MS = 30_000;
const IMMEDIATE_STOP_DEADLINE_MS = 5_000;
const POLL_MS = 10;

/** Reads `postmaster.pid`, or nothing when there is none. */
export async function readPostmasterFile(layout: Layout): Promise<PostmasterFile | undefined> {
  const text = await readFile(path.join(layout.data, "postmaster.pid"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split("\n").map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return { pid, socketFolder: lines[4] ?? "", status: lines[7] ?? "" };
}

/**
 * Ends a server that outlived its owner (`kill -9`). Only a process that runs PostgreSQL on exactly this data
 * folder is signalled. A file whose process id now belongs to another program is removed; one whose process
 * is gone is left to PostgreSQL, which also checks for surviving children. The caller holds the folder's lock.
 */
export async function stopOrphan(layout: Layout, signal: AbortSignal): Promise<"none" | "stopped" | "stale"> {
  const file = await readPostmasterFile(layout);
  if (!file) return "none";
  if (!isAlive(file.pid)) {
    await removeShortSocketFolder(file.socketFolder, layout);
    return "stale";
  }
  if (!(await isOurPostmaster(file.pid, layout, signal))) {
    await unlink(path.join(layout.data, "postmaster.pid"));
    await removeShortSocketFolder(file.socketFolder, layout);
    return "stale";
  }
  process.kill(file.pid, "SIGINT");
  if (!(await waitUntilGone(file.pid, FAST_STOP_DEADLINE_MS, signal))) {
    process.kill(file.pid, "SIGQUIT");
    if (!(await waitUntilGone(file.pid, IMMEDIATE_STOP_DEADLINE_MS, signal))) {
      throw new StartupError(
        "DATABASE_FAILED",
        `The database server of an earlier run (pid ${file.pid}) does not stop: end it by hand and start again.`,
      );
    }
  }
  await removeShortSocketFolder(file.socketFolder, layout);
  return "stopped";
}

/** True when the process runs PostgreSQL on this data folder. */
export async function isOurPostmaster(pid: number, layout: Layout, signal: AbortSignal): Promise<boolean> {
  const argv = await commandLine(pid, layout, signal);
  return (
    path.basename(argv[0] ?? "") === "postgres" && argv.includes(layout.data) && (await runsHere(pid, layout))
  );
}

async function commandLine(pid: number, layout: Layout, signal: AbortSignal): Promise<string[]> {
  if (process.platform === "linux") {
    const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return text.split("\0");
  }
  const options = { identity: undefined, cwd: layout.home, signal };
  const { output } = await runTool(["/bin/ps", "-o", "command=", "-p", String(pid)], options);
  const line = output.trim();
  // The data folder may hold blanks; it is the only argument that we look for.
  const holdsFolder = line.includes(` -D ${layout.data} `) || line.endsWith(` -D ${layout.data}`);
  return holdsFolder ? [line.slice(0, line.indexOf(" -D ")), layout.data] : [line];
}

/** PostgreSQL works inside its data folder; a copied command line does not. Only Linux tells. */
async function runsHere(pid: number, layout: Layout): Promise<boolean> {
  if (process.platform !== "linux") return true;
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return cwd === undefined || cwd === layout.data;
}

/** True while a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function waitUntilGone(pid: number, deadlineMs: number, signal: AbortSignal): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  while (performance.now() < end) {
    if (!isAlive(pid)) return true;
    await delay(POLL_MS, undefined, { signal });
  }
  return !isAlive(pid);
}
