import { constants } from "node:fs";
import { open, readFile, readlink } from "node:fs/promises";
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
/** Beyond what any system hands out. */
const IMPOSSIBLE_PID = 2_147_483_646;

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
 * folder is signalled. A file that names another program, or a process that has ended uncollected, is made
 * harmless; one whose process is gone is left to PostgreSQL. The caller holds the folder's lock.
 */
export async function stopOrphan(layout: Layout, signal: AbortSignal): Promise<"none" | "stopped" | "stale"> {
  const file = await readPostmasterFile(layout);
  if (!file) return "none";
  const state = await processState(file.pid);
  if (state === "gone") {
    await removeShortSocketFolder(file.socketFolder, layout);
    return "stale";
  }
  if (state === "zombie" || !(await isOurPostmaster(file.pid, layout, signal))) {
    await disarm(layout);
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
  // One that was killed just now left its file, and PostgreSQL takes it for running until somebody collects it.
  if (await readPostmasterFile(layout)) await disarm(layout);
  await removeShortSocketFolder(file.socketFolder, layout);
  return "stopped";
}

/**
 * Puts an impossible process id into the file. It is not removed: PostgreSQL finds in it the shared memory of
 * the old server and refuses to start while a child of that one still writes.
 */
async function disarm(layout: Layout): Promise<void> {
  const { O_NOFOLLOW, O_RDWR } = constants;
  const file = await open(path.join(layout.data, "postmaster.pid"), O_RDWR | O_NOFOLLOW);
  try {
    const [, ...rest] = (await file.readFile("utf8")).split("\n");
    await file.truncate(0);
    await file.write([IMPOSSIBLE_PID, ...rest].join("\n"), 0);
  } finally {
    await file.close();
  }
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

/**
 * "alive" while a process with this id runs, whoever owns it; "zombie" when it has ended and nobody collected
 * it, as happens in containers whose first process does not; else "gone".
 */
export async function processState(pid: number): Promise<"alive" | "zombie" | "gone"> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return "gone";
  }
  if (process.platform !== "linux") return "alive";
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // The name in parentheses may hold anything, so the state is looked for behind the last one.
  return stat !== undefined && /^ [ZX]/.test(stat.slice(stat.lastIndexOf(")") + 1)) ? "zombie" : "alive";
}

async function waitUntilGone(pid: number, deadlineMs: number, signal: AbortSignal): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  while (performance.now() < end) {
    if ((await processState(pid)) !== "alive") return true;
    await delay(POLL_MS, undefined, { signal });
  }
  return (await processState(pid)) !== "alive";
}
