import type { Plan } from "@redflag/plugin-sdk";
import type { Clock } from "../clock/clock.js";
import { isOfEarlierBoot, type Survivor } from "../exec/process-identity.js";
import type { JournalEntry } from "../journal/journal-entry.js";
import type { LoadedSource } from "../plugins/loaded-source.js";
import type { ClaimedCommand } from "../protocol/operations.js";
import type { CommandSink } from "./command-sink.js";
import { type ChangeEnd, lookAgain } from "./installer.js";
import { survivorEnded } from "./survivor-ended.js";
import { untoldLines } from "./untold-lines.js";
import { receiptOf } from "./look-receipt.js";
import { judgeInstall } from "./judge-install.js";
import { failureOf } from "./wire-failure.js";

/** What reconciling works with. */
export interface ReconcileOptions {
  readonly sink: CommandSink;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The lines of output that were told already. */
  toldLines(): readonly string[];
}

/**
 * Finds out what became of an installation or a rollback that was begun by an agent that is no more. Nothing is run
 * again: the package manager may still be at work, so its end is awaited, and then the package database is asked.
 *
 * @param plan what it was to reach.
 */
export async function reconcileChange(
  { command, startedAt, process: survivor }: JournalEntry,
  source: LoadedSource,
  plan: Plan,
  options: ReconcileOptions,
): Promise<ChangeEnd> {
  const deed = command.type === "ROLLBACK" ? "rolled back" : "installed";
  const { sink } = options;
  const told = options.toldLines();
  const what = interruption(command, survivor);
  sink.line(`${what} while it ${deed}. The agent looks at what became of it.`);
  const onWait = (): void => {
    sink.line("The package manager is still at work; the agent waits for it.");
    sink.progress({ phase: "commit", isCancellable: false });
  };
  const hasEnded =
    !survivor || (await survivorEnded(survivor, Date.parse(startedAt ?? ""), { ...options, onWait }));
  if (survivor) for (const line of await untoldLines(survivor.outputFolder, told)) sink.line(line);
  sink.progress({ phase: "check", isCancellable: false });
  const message = hasEnded
    ? `${what} while it ${deed}, and not everything is as it should be.`
    : `${what} while it ${deed}, and the package manager has not ended within two hours.`;
  const evidence = await lookAgain(source, plan, { failure: failureOf("COMMAND_FAILED", message) });
  const finishedAt = options.clock.now();
  const times = { startedAt: startedAt === undefined ? finishedAt : Date.parse(startedAt), finishedAt };
  return { outcome: judgeInstall(evidence), receipt: receiptOf(evidence, times) };
}

/** A command that an earlier attempt began comes only to an agent whose journal does not know it. */
function interruption({ startedAt }: ClaimedCommand, survivor: Survivor | undefined): string {
  if (startedAt) return "The agent lost its journal";
  return survivor && isOfEarlierBoot(survivor) ? "The machine was restarted" : "The agent was stopped";
}
