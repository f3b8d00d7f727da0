import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import path from "node:path";

/** A program of `programs/` in a real process of its own. */
export interface RunningProgram {
  child: ChildProcess;
  /** Its first line of output, parsed. Rejects with what it printed when it ends without one. */
  firstLine: Promise<unknown>;
  /** Settles when it has ended. */
  ended: Promise<{ exitCode: number | null; errors: string }>;
}

/** Starts a program under plain Node, as another user when asked. */
export function runProgram(
  name: "claim-and-die" | "hold-database" | "migrate-and-die" | "migrate-once",
  args: readonly string[],
  user: { uid?: number; gid?: number } = {},
): RunningProgram {
  const folder = path.join(import.meta.dirname, "programs");
  const child = spawn(
    process.execPath,
    ["--import", path.join(folder, "typescript-hooks.mjs"), path.join(folder, `${name}.ts`), ...args],
    { ...user, stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env["PATH"] } },
  );
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<{ exitCode: number | null; errors: string }>((resolve) => {
    child.once("close", (exitCode) => resolve({ exitCode, errors }));
  });
  const firstLine = new Promise<unknown>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", (line) => resolve(JSON.parse(line)));
    void ended.then(() => reject(new Error(`${name} printed nothing: ${errors}`)));
  });
  firstLine.catch(() => {});
  return { child, firstLine, ended };
}
