import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** A command that has ended. */
export interface Finished {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs inside namespaces. */
export interface Running {
  readonly finished: Promise<Finished>;
  /** What it printed so far, both streams in the order of arrival. */
  output(): string;
  /** Sends a signal to the command itself, not to what it started. */
  kill(signal: NodeJS.Signals): void;
}

const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  LC_ALL: "C.UTF-8",
};

/**
 * The command line that runs a command in the namespaces and the root of another process, with the usual environment.
 *
 * @param init process id, as seen here, of the first process inside
 * @param argv absolute or found in the usual PATH
 */
export function commandInside(
  init: number,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): [file: string, argv: readonly string[]] {
  const variables = Object.entries({ ...ENVIRONMENT, ...env }).map(([name, value]) => `${name}=${value}`);
  const enter = ["--target", String(init), "--mount", "--pid", "--uts", "--ipc", "--root", "--"];
  return ["nsenter", [...enter, "/usr/bin/env", "--chdir=/", "-i", ...variables, ...argv]];
}

/** Starts a command in the namespaces and the root of another process. */
export function startInside(
  init: number,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Running {
  const [file, args] = commandInside(init, argv, env);
  const nsenter = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
  const kept = { stdout: "", stderr: "", both: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    nsenter[stream].setEncoding("utf8").on("data", (text: string) => {
      kept[stream] += text;
      kept.both += text;
    });
  }
  const finished = new Promise<Finished>((resolve, reject) => {
    nsenter.on("error", reject);
    nsenter.on("close", (code, signal) =>
      resolve({ code, signal, stdout: kept.stdout, stderr: kept.stderr }),
    );
  });
  return {
    finished,
    output: () => kept.both,
    // nsenter forks to enter the pid namespace and does not pass signals on.
    kill: (signal) => process.kill(childOf(nsenter.pid), signal),
  };
}

/** The only child of a process, by the kernel's own list. */
export function childOf(pid: number | undefined): number {
  const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
  if (!child) throw new Error(`Process ${pid} has no child.`);
  return child;
}
