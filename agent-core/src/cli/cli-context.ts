import type { DependencyContainer } from "tsyringe";
import type { AgentConfig } from "../config/config-schema.js";
import type { ProcessFacts } from "../run/process-facts.js";
import type { ExitCode } from "./exit-codes.js";
import type { Terminal } from "./terminal.js";

/** Where a command writes: results to stdout, remarks and errors to stderr. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/** What the commands of the command line are given. */
export interface CliContext {
  readonly facts: ProcessFacts;
  readonly output: Output;
  /** Where somebody can be asked; undefined when nobody can. */
  readonly terminal: Terminal | undefined;
  /** Aborted by Ctrl-C, SIGTERM or a closed IPC channel. */
  readonly stop: AbortSignal;
  /** The configuration file in use, for messages. */
  readonly configFile: string;
  /** The checked configuration; flags of the command win. @throws ConfigError */
  config(flags?: Readonly<Record<string, unknown>>): AgentConfig;
  /** Everything that works without a server. `logTo`: whether the log goes to stdout or nowhere. */
  open(config: AgentConfig, logTo: "stdout" | "nowhere"): Promise<DependencyContainer>;
}

/** What a command does; its number is the exit code. */
export type CliAction<Options> = (context: CliContext, options: Options) => Promise<ExitCode>;
