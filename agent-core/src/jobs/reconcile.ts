import type { Clock } from "../clock/clock.js";
import { isOfEarlierBoot } from "../exec/process-identity.js";
import type { JournalEntry } from "../journal/journal-entry.js";
import type { LoadedSource } from "../plugins/loaded-source.js";
import type { CommandOutcome, CommandSink } from "./command-sink.js";
import { lookAgain } from "./installer.js";
import { survivorEnded } from "./survivor-ended.js";
import { untoldLines } from "./untold-lines.js";
import { judgeInstall } from "./judge-install.js";
import { failureOf } from "./wire-failure.js";
import { planFromWire } from "./wire-plan.js";

/** What reconciling works with. */
export interface ReconcileOptions {
  readonly sink: CommandSink;
  readonly clock: Clock;
  readonly signal: AbortSignal;
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
  const what = survivor && isOfEarlierBoot(survivor) ? "The machine was restarted" : "The agent was stopped";
  sink.line(`${what} while it installed. The agent looks at what became of it.`);
  const onWait = (): void => {
    sink.line("The package manager is still at work; the agent waits for it.");
    sink.progress({ phase: "commit", isCancellable: false });
  };
  const hasEnded =
    !survivor || (await survivorEnded(survivor, Date.parse(startedAt ?? ""), { ...options, onWait }));
  if (survivor) for (const line of await untoldLines(survivor.outputFolder, told)) sink.line(line);
  sink.progress({ phase: "check", isCancellable: false });
  const message = hasEnded
    ? `${what} while it installed, and not everything is as the plan says.`
    : `${what} while it installed, and the package manager has not ended within two hours.`;
  return judgeInstall(await lookAgain(source, plan, { failure: failureOf("COMMAND_FAILED", message) }));
}
