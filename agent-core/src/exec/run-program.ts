import type { CommandResult } from "@redflag/plugin-sdk";
import { collectOutput } from "./collect-output.js";
import { buildEnvironment } from "./environment.js";
import { DEFAULT_LIMITS } from "./limits.js";
import type { ProcessStarter } from "./process-request.js";
import { resolveProgram } from "./program.js";

/** One of the machine's own programs, run to its end. */
export interface ProgramCall {
  /** Absolute path. */
  readonly file: string;
  readonly argv: readonly string[];
  /** The agent's user; null where there are no user numbers. */
  readonly uid: number | null;
  readonly home: string;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Runs a program for the agent itself, with nothing of its environment. @throws PluginError when it did not start */
export async function runProgram(
  starter: ProcessStarter,
  { file, argv, uid, home, signal }: ProgramCall,
): Promise<CommandResult> {
  const request = {
    file: await resolveProgram(file, uid ?? -1),
    argv,
    env: buildEnvironment(home, {}),
    hasStatusFd: false,
    signal,
    limits: DEFAULT_LIMITS,
  };
  return collectOutput(starter.start(request));
}
