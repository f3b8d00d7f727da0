import {
  type Call,
  type CommandEvent,
  type CommandResult,
  type CommandRule,
  type CommandRunner,
  isPluginError,
  PluginError,
  renderCommand,
  type SlotValues,
} from "@redflag/plugin-sdk";
import path from "node:path";
import type { Log } from "../log/log.js";
import type { User } from "../facts/user.js";
import { DEFAULT_LIMITS, type ProcessLimits } from "./limits.js";
import { buildEnvironment } from "./environment.js";
import { collectOutput } from "./collect-output.js";
import type { Chunk, StreamName } from "./chunk-queue.js";
import type { ProcessEnd, ProcessRequest, ProcessStarter } from "./process-request.js";
import { resolveProgram } from "./program.js";
import type { RunPermit, RunPermits } from "./run-permit.js";
import { LineSplitter } from "./split-lines.js";

/** What a plugin's commands are built from. */
export interface CommandSetting {
  readonly pluginId: string;
  readonly rules: readonly CommandRule[];
  /** The plugin's checked configuration. */
  readonly config: unknown;
  /** The folder that belongs to the plugin alone. */
  readonly dataDir: string;
  readonly user: User;
  readonly log: Log;
  readonly limits?: ProcessLimits;
}

const MUTATION_RANK = { nothing: 0, index: 1, machine: 2 } as const;

/** Turns a rule of the manifest and typed slots into one process, if the running step allows it. */
export class RuleCommandRunner implements CommandRunner {
  readonly #rules: ReadonlyMap<string, CommandRule>;
  readonly #programs = new Map<string, Promise<string>>();
  #survivors = 0;

  constructor(
    readonly setting: CommandSetting,
    readonly permits: RunPermits,
    readonly starter: ProcessStarter,
  ) {
    this.#rules = new Map(setting.rules.map((rule) => [rule.name, rule]));
  }

  async available(ruleName: string): Promise<boolean> {
    const rule = this.#rule(ruleName);
    try {
      await this.#program(rule);
      return true;
    } catch (error) {
      if (isPluginError(error) && error.code === "COMMAND_FAILED") return false;
      throw error;
    }
  }

  async exec(ruleName: string, slots: SlotValues, call: Call): Promise<CommandResult> {
    return collectOutput(await this.#start(ruleName, slots, call));
  }

  async *stream(
    ruleName: string,
    slots: SlotValues,
    call: Call,
  ): AsyncGenerator<CommandEvent, void, undefined> {
    const { maxLineBytes, maxOutputBytes } = this.setting.limits ?? DEFAULT_LIMITS;
    const splitters: Record<StreamName, LineSplitter> = {
      stdout: new LineSplitter(maxLineBytes),
      stderr: new LineSplitter(maxLineBytes),
      status: new LineSplitter(maxLineBytes),
    };
    const chunks = await this.#start(ruleName, slots, call);
    let end: ProcessEnd;
    try {
      let next = await chunks.next();
      while (!next.done) {
        const { stream, bytes } = next.value;
        for (const line of splitters[stream].push(bytes)) yield { kind: stream, line };
        next = await chunks.next();
      }
      end = next.value;
    } finally {
      await chunks.return({ exitCode: null, signal: null, truncated: false });
    }
    for (const kind of ["status", "stdout", "stderr"] as const) {
      for (const line of splitters[kind].end()) yield { kind, line };
    }
    if (end.truncated && this.#rule(ruleName).interruptible !== false) {
      throw new PluginError(
        "UNPARSABLE_OUTPUT",
        `${this.#label(ruleName)} wrote more than ${maxOutputBytes} bytes and was stopped.`,
      );
    }
    yield { kind: "exit", exitCode: end.exitCode, signal: end.signal };
  }

  async #start(
    ruleName: string,
    slots: SlotValues,
    call: Call,
  ): Promise<AsyncGenerator<Chunk, ProcessEnd, undefined>> {
    const rule = this.#rule(ruleName);
    const permit = this.#permitFor(rule, call);
    const { config, dataDir, user, log, pluginId, limits = DEFAULT_LIMITS } = this.setting;
    const { argv, env } = renderCommand(rule, slots, { config, dataDir });
    const file = await this.#program(rule);
    const signal = AbortSignal.any([permit.signal, call.signal]);
    throwIfStopped(signal);
    const request: ProcessRequest = {
      file,
      argv,
      env: buildEnvironment(user.home, env),
      hasStatusFd: rule.statusFd !== undefined,
      signal,
      limits,
      ...(rule.interruptible === false ? this.#survival(rule, permit) : {}),
    };
    log.debug("command started", { rule: `${pluginId}/${rule.name}`, step: permit.step, runId: call.runId });
    return follow(this.starter.start(request), signal, rule.interruptible !== false);
  }

  #survival(rule: CommandRule, permit: RunPermit): Pick<ProcessRequest, "surviveIn" | "onStarted"> {
    this.#survivors += 1;
    const outputFolder = path.join(permit.folder, `${this.#survivors}-${rule.name}`);
    return {
      surviveIn: outputFolder,
      onStarted: (identity) => permit.onSurvivorStarted({ ...identity, outputFolder }),
    };
  }

  #rule(name: string): CommandRule {
    const rule = this.#rules.get(name);
    if (!rule) throw new PluginError("INTERNAL", `The manifest has no rule ${name}.`);
    return rule;
  }

  #permitFor(rule: CommandRule, call: Call): RunPermit {
    const permit = this.permits.find(call.runId);
    if (!permit) {
      throw new PluginError("INTERNAL", `${this.#label(rule.name)} was asked for outside of a running step.`);
    }
    const needed = rule.mutates === true ? "machine" : rule.mutates === "index" ? "index" : "nothing";
    if (MUTATION_RANK[needed] > MUTATION_RANK[permit.mayMutate]) {
      throw new PluginError(
        "PERMISSION_DENIED",
        `${this.#label(rule.name)} changes the ${needed}, which ${permit.step} may not.`,
      );
    }
    if (rule.privilege === "root" && !this.setting.user.isPrivileged) {
      throw new PluginError(
        "PERMISSION_DENIED",
        `${this.#label(rule.name)} needs root. Run the agent as root.`,
      );
    }
    return permit;
  }

  #program(rule: CommandRule): Promise<string> {
    const known = this.#programs.get(rule.file);
    if (known) return known;
    const found = resolveProgram(rule.file, this.setting.user.uid ?? -1);
    this.#programs.set(rule.file, found);
    found.catch(() => this.#programs.delete(rule.file));
    return found;
  }

  #label(ruleName: string): string {
    return `The command ${this.setting.pluginId}/${ruleName}`;
  }
}

function throwIfStopped(signal: AbortSignal): void {
  if (!signal.aborted) return;
  if (isPluginError(signal.reason)) throw signal.reason;
  throw new PluginError("CANCELLED", "The step was cancelled.");
}

/** A process that was stopped because the step was is the step's error, not a result. */
async function* follow(
  chunks: AsyncGenerator<Chunk, ProcessEnd, undefined>,
  signal: AbortSignal,
  isInterruptible: boolean,
): AsyncGenerator<Chunk, ProcessEnd, undefined> {
  const end = yield* chunks;
  if (isInterruptible) throwIfStopped(signal);
  return end;
}
