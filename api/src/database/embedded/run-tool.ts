import { spawn } from "node:child_process";
import type { Identity } from "./run-as.js";

/** How a run of one of PostgreSQL's programs ended. */
export interface ToolResult {
  exitCode: number | null;
  /** What it printed, both streams, the last 64 KiB. */
  output: string;
}

const KEPT_OUTPUT = 64 * 1024;

/** PostgreSQL's programs get this environment and nothing of ours. */
export const cleanEnvironment = { LC_ALL: "C", TZ: "UTC", PATH: "/usr/bin:/bin" };

/** What `spawn` needs to become another user, empty when we stay ourselves. */
export function asUser(identity: Identity | undefined): { uid?: number; gid?: number } {
  return identity ? { uid: identity.uid, gid: identity.gid } : {};
}

/** Runs a program to its end, with `input` on its stdin. Rejects when it cannot be started or on abort. */
export function runTool(
  argv: readonly [string, ...string[]],
  options: { identity: Identity | undefined; cwd: string; signal: AbortSignal; input?: string },
): Promise<ToolResult> {
  const [program, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...asUser(options.identity),
      cwd: options.cwd,
      env: cleanEnvironment,
      signal: options.signal,
      stdio: ["pipe", "pipe", "pipe"],
    });
    let output = "";
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.stdin.on("error", () => {});
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, output }));
    child.stdin.end(options.input ?? "");
  });
}
