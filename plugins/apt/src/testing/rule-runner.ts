import {
  PluginError,
  renderCommand,
  type Call,
  type CommandEvent,
  type CommandResult,
  type CommandRule,
  type CommandRunner,
  type SlotValues,
} from "@redflag/plugin-sdk";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import readline from "node:readline";
import type { Readable } from "node:stream";

/** What a step may do: the same table as the agent's. */
export type Step = "detect" | "scan" | "plan" | "install" | "verify" | "hold" | "rollback";

/** A real runner for tests: it obeys the manifest's rules and remembers what it ran. */
export interface RuleRunner extends CommandRunner {
  /** The step that the next commands belong to. */
  step: Step;
  /** Everything that was started, in order. */
  readonly ran: { readonly rule: string; readonly argv: readonly string[] }[];
  /** Called with the rule's name just before it is started; for tests that meddle in between. */
  beforeRun: (rule: string) => void;
}

/** What {@link makeRuleRunner} needs. */
export interface RuleRunnerOptions {
  readonly rules: readonly CommandRule[];
  readonly config: unknown;
  readonly dataDir: string;
  readonly privileged: boolean;
  /** Another machine that everything runs on. Default: this one. */
  readonly machine?: RunningMachine;
}

/** A machine that commands can be run on. */
export interface RunningMachine {
  has(file: string): boolean;
  /** The command line here that runs one there. */
  command(
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
  ): readonly [file: string, argv: readonly string[]];
}

const THIS_MACHINE: RunningMachine = {
  has: existsSync,
  command: ([file = "", ...argv]) => [file, argv],
};

/** Makes a runner that starts real processes in the C locale with closed stdin. */
export function makeRuleRunner(options: RuleRunnerOptions): RuleRunner {
  const runner: RuleRunner = {
    step: "detect",
    ran: [],
    beforeRun: () => {},
    available: async (name) => (options.machine ?? THIS_MACHINE).has(ruleNamed(options, name).file),
    exec: async (name, slots, call) => collect(runner.stream(name, slots, call)),
    async *stream(name, slots, call) {
      const rule = ruleNamed(options, name);
      assertPermitted(rule, runner.step, options.privileged);
      runner.beforeRun(name);
      call.signal.throwIfAborted();
      yield* run(rule, slots, options, call, runner);
    },
  };
  return runner;
}

function ruleNamed({ rules }: RuleRunnerOptions, name: string): CommandRule {
  const rule = rules.find((candidate) => candidate.name === name);
  if (rule === undefined) throw new PluginError("INTERNAL", `No rule is called ${name}.`);
  return rule;
}

function assertPermitted(rule: CommandRule, step: Step, privileged: boolean): void {
  const mayMutate =
    step === "install" ||
    step === "rollback" ||
    step === "hold" ||
    (step === "scan" && rule.mutates === "index");
  if (rule.mutates !== false && !mayMutate) {
    throw new PluginError("PERMISSION_DENIED", `${rule.name} may not run during ${step}.`);
  }
  if (rule.privilege === "root" && !privileged) {
    throw new PluginError("PERMISSION_DENIED", `${rule.name} needs root.`);
  }
}

async function* run(
  rule: CommandRule,
  slots: SlotValues,
  options: RuleRunnerOptions,
  call: Call,
  runner: RuleRunner,
): AsyncGenerator<CommandEvent> {
  const { file, argv, env } = renderCommand(rule, slots, options);
  runner.ran.push({ rule: rule.name, argv });
  const variables = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8", ...env };
  const [command, args] = (options.machine ?? THIS_MACHINE).command([file, ...argv], variables);
  const child = spawn(command, args, {
    cwd: "/",
    env: variables,
    stdio: ["ignore", "pipe", "pipe", rule.statusFd === undefined ? "ignore" : "pipe"],
    detached: true,
  });
  const kill = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
  };
  if (rule.interruptible !== false) call.signal.addEventListener("abort", kill, { once: true });
  const queue = eventQueue(child);
  for await (const event of queue) {
    if (event.kind === "exit") call.signal.removeEventListener("abort", kill);
    if (event.kind === "exit" && event.signal !== null && call.signal.aborted) {
      throw new PluginError("CANCELLED", `${rule.name} was cancelled.`);
    }
    yield event;
  }
}

/** Merges the lines of all pipes in the order of their arrival; the exit comes last. */
async function* eventQueue(child: ChildProcess): AsyncGenerator<CommandEvent> {
  const events: CommandEvent[] = [];
  let wake: () => void = () => {};
  const push = (event: CommandEvent): void => {
    events.push(event);
    wake();
  };
  const kinds = [undefined, "stdout", "stderr", "status"] as const;
  kinds.forEach((kind, fd) => {
    const pipe = child.stdio[fd];
    if (kind === undefined || pipe === null || pipe === undefined) return;
    readline.createInterface({ input: pipe as Readable }).on("line", (line) => push({ kind, line }));
  });
  child.once("close", (exitCode, signal) => setImmediate(push, { kind: "exit", exitCode, signal }));
  for (;;) {
    const event = events.shift();
    if (event !== undefined) yield event;
    if (event?.kind === "exit") return;
    if (events.length === 0) await new Promise<void>((resolve) => (wake = resolve));
  }
}

async function collect(events: AsyncIterable<CommandEvent>): Promise<CommandResult> {
  const lines = { stdout: "", stderr: "", status: "" };
  for await (const event of events) {
    if (event.kind !== "exit") lines[event.kind] += `${event.line}\n`;
    else return { ...event, stdout: lines.stdout, stderr: lines.stderr, truncated: false };
  }
  throw new PluginError("INTERNAL", "The command ended without an exit.");
}
