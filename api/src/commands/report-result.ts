import { actorOf, type AgentCaller } from "../access/caller.js";
import { agentStream } from "../agents/agent-stream.js";
import type { Tx } from "../database/sql.js";
import { inTransaction } from "../database/unit-of-work.js";
import type { NewEvent } from "../events/event.js";
import { lockStreams } from "../events/lock-streams.js";
import { NotFoundError, ValidationError } from "../schema/user-errors.js";
import { aboutCommand } from "./about-command.js";
import { changesMachine, movesPackages, setsMarks } from "./command-kinds.js";
import type { CommandParts } from "./command-parts.js";
import { allows } from "./command-states.js";
import { endLeases, findCommands, readClock, type CommandHead } from "./commands.sql.js";
import { judgeUpdates, judgeWhole, withUnreported } from "./judge-updates.js";
import { keepNotes } from "./notes.sql.js";
import { commandEvents } from "./project-commands.js";
import { checkResult, type CommandResult } from "./read-result.js";
import { wantedVersions } from "./wanted-versions.js";
import { keepLateResult, keepReceipt } from "./results.sql.js";

/**
 * Records how a command ended. Repeating it changes nothing. The result of an attempt that no longer counts
 * is kept as evidence and changes nothing either. Answers whether this attempt's result is the command's
 * state now.
 */
export async function reportResult(
  parts: CommandParts,
  agent: AgentCaller,
  result: CommandResult,
): Promise<boolean> {
  return await inTransaction(parts.database, async (tx) => {
    await lockStreams(tx, [agentStream(agent.id)]);
    const [command] = await findCommands(tx, [result.commandId]);
    if (command?.agentId !== agent.id) {
      throw NotFoundError.of("command", `cmd_${result.commandId}`, ["input", "commandId"]);
    }
    if (result.attempt < 1 || result.attempt > command.attempt) {
      const message = `Attempt ${result.attempt} was never handed over; the latest is ${command.attempt}.`;
      throw new ValidationError(message, ["input", "attempt"]);
    }
    if (command.resultAttempt === result.attempt) return true;
    if (command.attempt !== result.attempt || !allows("command.finished", command)) {
      await keepLateResult(tx, agent.id, result);
      return false;
    }
    checkResult(command.type, result);
    await parts.events.append(
      tx,
      agentStream(agent.id),
      await eventsOf(parts, tx, command, result),
      actorOf(agent),
    );
    await endLeases(tx, [command.id]);
    if (result.receipt !== null) await keepReceipt(tx, command.id, result.receipt);
    if (result.releaseNotes !== null) await keepNotes(tx, command, result.releaseNotes);
    return true;
  });
}

async function eventsOf(
  parts: CommandParts,
  tx: Tx,
  command: CommandHead,
  result: CommandResult,
): Promise<NewEvent[]> {
  const { attempt } = command;
  const events: NewEvent[] = [];
  // The report that it began may have been lost on the way.
  if (result.startedAt !== null && allows("command.started", command)) {
    events.push(commandEvents.of("command.started", { ...aboutCommand(command), attempt }));
  }
  const items = setsMarks(command.type) ? withUnreported(command.keys, result.items) : result.items;
  const updates = judgeUpdates({
    command,
    wanted: await wantedVersions(parts, tx, command),
    state: result.state,
    failure: result.failure,
    items,
  });
  const { state, failure } = changesMachine(command.type) ? judgeWhole(result, updates, items) : result;
  events.push(
    commandEvents.of("command.finished", {
      ...aboutCommand(command),
      attempt,
      state,
      failure,
      restart: movesPackages(command.type) ? result.restart : null,
      restartReasons: movesPackages(command.type) ? [...result.restartReasons] : [],
      items: [...items],
      updates,
      agentStartedAt: result.startedAt?.toISOString() ?? null,
      agentFinishedAt: result.finishedAt.toISOString(),
    }),
  );
  const { id, type, planId, source } = command;
  if (type !== "PLAN" || planId === null) return events;
  const answer = result.plan
    ? { plan: result.plan }
    : {
        failure: failure ?? {
          code: "CANCELLED",
          message: "The agent stopped before it had resolved the plan.",
        },
      };
  const settled = await parts.plans.settle(tx, { id, planId, source }, answer, await readClock(tx));
  return [...events, ...settled];
}
