import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:fs";
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { explainFailure } from "./explain-failure.js";
import type { Layout } from "./layout.js";
import { readPostmasterFile } from "./postmaster.js";
import type { Identity } from "./run-as.js";
import { asUser, cleanEnvironment } from "./run-tool.js";

/** How the server process ended. */
export interface ServerExit {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** A running server process. */
export interface ServerProcess {
  pid: number;
  /** Settles when the process has ended, for whatever reason. Never rejects. */
  exited: Promise<ServerExit>;
  /** Stops it: fast (open transactions are rolled back), then, after the deadline, at once. */
  stop(): Promise<void>;
}

/** What is needed to run a server on a data folder. */
export interface ServerInput {
  layout: Layout;
  native: string;
  socketFolder: string;
  identity: Identity | undefined;
  settings: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

const KEPT_LOGS = 4;
const POLL_MS = 5;
const STOP_DEADLINE_MS = 30_000;

/**
 * Starts PostgreSQL and waits until it accepts connections. It prints into a file and not into a pipe of
 * ours, and leads a process group of its own: it must outlive `kill -9` of this process unharmed, and Ctrl-C
 * in the terminal must reach it only through us, after the last transaction.
 */
export async function startServer(input: ServerInput): Promise<ServerProcess> {
  const { layout, identity, signal } = input;
  await rotateLogs(layout.logFile);
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  const log = await open(layout.logFile, O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, 0o600);
  let child: ChildProcess;
  let spawnError: unknown;
  let exited: Promise<ServerExit>;
  try {
    const settings = Object.entries(input.settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    child = spawn(
      path.join(input.native, "bin", "postgres"),
      ["-D", layout.data, "-k", input.socketFolder, ...settings],
      {
        ...asUser(identity),
        cwd: layout.data,
        env: cleanEnvironment,
        detached: true,
        stdio: ["ignore", log.fd, log.fd],
      },
    );
    // In this very turn: a server that refuses to start may be gone before the log is closed here.
    exited = new Promise<ServerExit>((resolve) => {
      child.once("exit", (exitCode, exitSignal) => resolve({ exitCode, signal: exitSignal }));
      child.once("error", (error) => {
        spawnError = error;
        resolve({ exitCode: null, signal: null });
      });
    });
  } finally {
    await log.close();
  }
  const ended = { value: false };
  void exited.then(() => (ended.value = true));
  const stop = () => stopServer(child, exited);
  try {
    await waitUntilReady(child.pid, layout, () => ended.value, signal);
  } catch (error) {
    await stop();
    throw explainFailure("Starting the database failed", { error, logFile: layout.logFile, identity });
  }
  if (child.pid === undefined || ended.value) {
    const output = await readFile(layout.logFile, "utf8").catch(() => "");
    const failure = {
      output,
      logFile: layout.logFile,
      identity,
      ...(spawnError ? { error: spawnError } : {}),
    };
    throw explainFailure("The database server stopped while it was starting", failure);
  }
  return { pid: child.pid, exited, stop };
}

/** PostgreSQL says in its own file when it is ready, as pg_ctl reads it; a connection would cost more. */
async function waitUntilReady(
  pid: number | undefined,
  layout: Layout,
  hasEnded: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  while (!hasEnded()) {
    const file = await readPostmasterFile(layout);
    if (file && file.pid === pid && file.status === "ready") return;
    await delay(POLL_MS, undefined, { signal });
  }
}

async function stopServer(child: ChildProcess, exited: Promise<ServerExit>): Promise<void> {
  if (child.pid === undefined) return;
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGQUIT"), STOP_DEADLINE_MS);
  try {
    await exited;
  } finally {
    clearTimeout(timer);
  }
}

/** Each start gets a fresh log; the last few are kept as `postgresql.log.1` and so on. */
async function rotateLogs(logFile: string): Promise<void> {
  if (!(await stat(logFile).catch(() => undefined))) return;
  await rm(`${logFile}.${KEPT_LOGS}`, { force: true });
  for (let number = KEPT_LOGS - 1; number >= 1; number -= 1) {
    await rename(`${logFile}.${number}`, `${logFile}.${number + 1}`).catch(() => {});
  }
  await rename(logFile, `${logFile}.1`);
}
