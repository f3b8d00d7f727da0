import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

/** How a command line ended. */
export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line of the built agent to its end. */
export function runCommandLine(
  program: string,
  argv: readonly string[],
  env: Record<string, string>,
): CliResult {
  const run = spawnSync(process.execPath, [program, ...argv], { encoding: "utf8", env, timeout: 60_000 });
  return { code: run.status, stdout: run.stdout, stderr: run.stderr };
}

/** The built agent as a process. */
export interface AgentProcess {
  readonly pid: number;
  readonly output: () => string;
  signal(name: NodeJS.Signals): void;
  /** Closes the IPC channel, as a supervisor that died does. */
  disconnect(): void;
  /** Closes the pipes that its log goes to. */
  closeOutput(): void;
  readonly exited: Promise<number | null>;
}

/** Starts the built agent with an IPC channel. */
export function startAgentProcess(
  program: string,
  argv: readonly string[],
  env: Record<string, string>,
): AgentProcess {
  const child = spawn(process.execPath, [program, ...argv], {
    env,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  child.stdout?.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr?.on("data", (data: Buffer) => (output += data.toString()));
  return {
    pid: child.pid ?? -1,
    output: () => output,
    signal: (name) => void child.kill(name),
    disconnect: () => child.disconnect(),
    closeOutput: () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    exited: once(child, "exit").then(([code]) => code as number | null),
  };
}
