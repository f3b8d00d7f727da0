import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type AgentProcess, type CliResult, runCommandLine, startAgentProcess } from "./agent-process.js";
import { type PtyProcess, startAtTerminal } from "./pty-process.js";

/** A machine whose agent is used on the command line: a state folder, a configuration, real processes. */
export class CliMachine implements AsyncDisposable {
  readonly root = mkdtempSync(path.join(tmpdir(), "redflag-cli-"));
  readonly #running: { kill(): void; readonly exited: Promise<unknown> }[] = [];

  constructor(readonly program: string) {}

  configure(settings: object): void {
    writeFileSync(path.join(this.root, "config.json"), JSON.stringify(settings));
  }

  env(more: Record<string, string> = {}): Record<string, string> {
    return {
      PATH: process.env["PATH"] ?? "",
      HOME: this.root,
      AGENT_CONFIG_PATH: path.join(this.root, "config.json"),
      REDFLAG_AGENT_STATE_DIR: path.join(this.root, "state"),
      ...more,
    };
  }

  /** Runs a command line to its end, without a terminal. */
  cli(...argv: string[]): CliResult {
    return runCommandLine(this.program, argv, this.env());
  }

  start(...argv: string[]): AgentProcess {
    return this.#keep(startAgentProcess(this.program, argv, this.env()));
  }

  /** Takes one of the state folder's locks in a process of its own; it says "held". */
  hold(lock: string): AgentProcess {
    const hooks = path.join(import.meta.dirname, "typescript-hooks.mjs");
    const file = path.join(this.root, "state/locks", `${lock}.lock`);
    const argv = [
      "--conditions=source",
      "--import",
      hooks,
      path.join(import.meta.dirname, "hold-lock.ts"),
      file,
    ];
    const [program = "", ...rest] = argv;
    return this.#keep(startAgentProcess(program, rest, this.env()));
  }

  #keep(agent: AgentProcess): AgentProcess {
    this.#running.push({ kill: () => agent.signal("SIGKILL"), exited: agent.exited });
    return agent;
  }

  atTerminal(...argv: string[]): PtyProcess {
    const terminal = startAtTerminal(this.program, argv, this.env());
    this.#running.push(terminal);
    return terminal;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#running) one.kill();
    await Promise.all(this.#running.splice(0).map(({ exited }) => exited));
    rmSync(this.root, { recursive: true, force: true });
  }
}
