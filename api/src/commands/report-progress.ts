import { actorOf, type AgentCaller } from "../access/caller.js";
import { agentStream } from "../agents/agent-stream.js";
import { inTransaction } from "../database/unit-of-work.js";
import { lockStreams } from "../events/lock-streams.js";
import { requireId } from "../schema/global-id.js";
import { ConflictError, NotFoundError, ValidationError } from "../schema/user-errors.js";
import { aboutCommand } from "./about-command.js";
import { cleanOptional, cleanText } from "./clean-text.js";
import { LEASE_SECONDS } from "./command-limits.js";
import type { CommandParts } from "./command-parts.js";
import { allows } from "./command-states.js";
import { findCommands } from "./commands.sql.js";
import { commandEvents } from "./project-commands.js";
import { readLines } from "./read-lines.js";
import { recordProgress, type OutputLine, type ProgressReport } from "./progress.sql.js";

/** What an agent tells of a command in its hand, as it came. */
export interface ProgressInput {
  /** Global id. */
  readonly commandId: string;
  readonly attempt: number;
  readonly progress?:
    | {
        readonly phase: string;
        readonly percent?: number | null | undefined;
        readonly itemName?: string | null | undefined;
        readonly isCancellable: boolean;
      }
    | null
    | undefined;
  readonly lines: readonly OutputLine[];
}

/** What the agent is told. */
export interface ProgressAnswer {
  readonly isCancelRequested: boolean;
  readonly leaseSeconds: number;
}

const LONGEST_WORD = 255;

/**
 * Records how a command comes along and renews its lease; the first report of an attempt says that it has
 * begun. `announce` is called with the command's plain id after something was stored.
 *
 * Throws {@link ConflictError} when the command is no longer in this attempt's hand: the agent stops what can
 * be stopped and claims anew.
 */
export async function reportProgress(
  parts: CommandParts,
  agent: AgentCaller,
  input: ProgressInput,
  announce: (commandId: string) => void,
): Promise<ProgressAnswer> {
  const report = readReport(agent, input);
  const recorded = (await recordProgress(parts.database, report)) ?? (await begin(parts, agent, report));
  announce(report.commandId);
  return { ...recorded, leaseSeconds: LEASE_SECONDS };
}

async function begin(
  parts: CommandParts,
  agent: AgentCaller,
  report: ProgressReport,
): Promise<{ isCancelRequested: boolean }> {
  return await inTransaction(parts.database, async (tx) => {
    await lockStreams(tx, [agentStream(agent.id)]);
    const [command] = await findCommands(tx, [report.commandId]);
    if (command?.agentId !== agent.id) {
      throw NotFoundError.of("command", `cmd_${report.commandId}`, ["input", "commandId"]);
    }
    const isCurrent = command.attempt === report.attempt;
    if (isCurrent && allows("command.started", command)) {
      const started = commandEvents.of("command.started", {
        ...aboutCommand(command),
        attempt: command.attempt,
      });
      await parts.events.append(tx, agentStream(agent.id), [started], actorOf(agent));
    }
    const recorded = isCurrent ? await recordProgress(tx, report) : undefined;
    if (recorded) return recorded;
    const message = `Attempt ${report.attempt} no longer has this command in hand: it is ${command.state} in attempt ${command.attempt}.`;
    throw new ConflictError(message, null, ["input", "attempt"]);
  });
}

function readReport(agent: AgentCaller, input: ProgressInput): ProgressReport {
  const { progress } = input;
  return {
    agentId: agent.id,
    commandId: requireId("cmd", input.commandId, ["input", "commandId"]),
    attempt: input.attempt,
    step: progress
      ? {
          phase: cleanText(progress.phase, LONGEST_WORD),
          percent: readPercent(progress.percent ?? null),
          itemName: cleanOptional(progress.itemName, LONGEST_WORD),
          isCancellable: progress.isCancellable,
        }
      : null,
    lines: readLines(input.lines),
  };
}

function readPercent(percent: number | null): number | null {
  if (percent === null || (percent >= 0 && percent <= 100)) return percent;
  throw new ValidationError(`percent is ${percent}; it must be from 0 to 100.`, [
    "input",
    "progress",
    "percent",
  ]);
}
