import type { Clock } from "../clock/clock.js";
import { isStillRunning, type ProcessIdentity, type Survivor } from "../exec/process-identity.js";
import type { JournalEntry } from "../journal/journal-entry.js";
import { LIFECYCLE } from "../plugins/lifecycle.js";
import type { LoadedSource } from "../plugins/loaded-source.js";
import type { CommandOutcome, CommandSink } from "./command-sink.js";
import { lookAgain } from "./installer.js";
import { untoldLines } from "./untold-lines.js";
import { judgeInstall } from "./judge-install.js";
import { failureOf } from "./wire-failure.js";
import { planFromWire } from "./wire-plan.js";

const POLL_MS = 500;

/** What reconciling works with. */
export interface ReconcileOptions {
  readonly sink: CommandSink;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly isRunning?: (identity: ProcessIdentity) => boolean;
  /** The lines of output that were told already. */
  toldLines(): readonly string[];
}

/**
 * Finds out what became of an installation that was begun by an agent that is no more. Nothing is run again: the
 * package manager may still be at work, so its end is awaited, and then the package database is asked.
 */
export async function reconcileInstall(
  entry: JournalEntry,
  source: LoadedSource,
  options: ReconcileOptions,
): Promise<CommandOutcome> {
  const { command, startedAt, process: survivor } = entry;
  const { transaction } = command;
  if (!transaction) {
    return { state: "FAILED", failure: failureOf("UNSUPPORTED", "The command names no plan to install.") };
  }
  const plan = planFromWire(command.source, transaction);
  const { sink } = options;
  const told = options.toldLines();
  sink.line("The agent was stopped while it installed. It looks at what became of it.");
  const hasEnded = await survivorEnded(survivor, startedAt, options);
  if (survivor) for (const line of await untoldLines(survivor.outputFolder, told)) sink.line(line);
  sink.progress({ phase: "check", isCancellable: false });
  const message = hasEnded
    ? "The agent was stopped while it installed, and not everything is as the plan says."
    : "The agent was stopped while it installed, and the package manager has not ended within two hours.";
  return judgeInstall(await lookAgain(source, plan, { failure: failureOf("COMMAND_FAILED", message) }));
}

async function survivorEnded(
  survivor: Survivor | undefined,
  startedAt: string | undefined,
  { sink, clock, signal, isRunning = isStillRunning }: ReconcileOptions,
): Promise<boolean> {
  if (!survivor || !isRunning(survivor)) return true;
  sink.line("The package manager is still at work; the agent waits for it.");
  sink.progress({ phase: "commit", isCancellable: false });
  const giveUpAt = Date.parse(startedAt ?? "") + LIFECYCLE.install.limitMs;
  while (isRunning(survivor)) {
    if (!(clock.now() < giveUpAt)) return false;
    await clock.sleep(POLL_MS, signal);
  }
  return true;
}
