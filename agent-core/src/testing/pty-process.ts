import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

const RUN = `
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
`;

/** False where no pseudo terminal can be had; the name of the skipped suite says how to install python3. */
export const HAS_PTY = spawnSync("python3", ["-c", "import pty, os; os.waitstatus_to_exitcode"]).status === 0;

/** A command line at a terminal of its own. */
export interface PtyProcess {
  /** All that the terminal showed so far. */
  readonly screen: () => string;
  /** Types at the terminal: "\u0003" is Ctrl-C. */
  type(text: string): void;
  kill(): void;
  readonly exited: Promise<number | null>;
}

/** Starts a program of Node at a pseudo terminal. */
export function startAtTerminal(
  program: string,
  argv: readonly string[],
  env: Record<string, string>,
): PtyProcess {
  const child = spawn("python3", ["-c", RUN, process.execPath, program, ...argv], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  let screen = "";
  child.stdout.on("data", (data: Buffer) => (screen += data.toString()));
  return {
    screen: () => screen,
    type: (text) => void child.stdin.write(text),
    kill: () => void child.kill("SIGKILL"),
    exited: once(child, "exit").then(([code]) => code as number | null),
  };
}
