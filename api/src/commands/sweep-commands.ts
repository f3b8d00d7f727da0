import { agentStream } from "../agents/agent-stream.js";
import type { Tx } from "../database/sql.js";
import { isConnectionLost } from "../database/sql-errors.js";
import { inTransaction } from "../database/unit-of-work.js";
import { systemActor, type NewEvent } from "../events/event.js";
import { lockStreams } from "../events/lock-streams.js";
import { aboutCommand } from "./about-command.js";
import { movesPackages } from "./command-kinds.js";
import { MAX_ATTEMPTS, QUEUE_SECONDS } from "./command-limits.js";
import type { CommandParts } from "./command-parts.js";
import type { Failure } from "./commands.events.js";
import { endLeases, findDue, readClock, type DueCommand } from "./commands.sql.js";
import { judgeUpdates } from "./judge-updates.js";
import { commandEvents } from "./project-commands.js";

const BATCH = 500;

/**
 * Moves every command whose deadline or lease has run out by the database's clock: back into the queue, or
 * to its end. Any number of servers may do it at once, because each command is judged again under its
 * agent's lock. An agent whose commands cannot be moved holds up no other. Returns how many were moved.
 */
export async function sweepCommands(parts: CommandParts): Promise<number> {
  const due = await findDue(parts.database, BATCH);
  const byAgent = Map.groupBy(due, ({ agentId }) => agentId);
  let moved = 0;
  for (const [agentId, commands] of byAgent) {
    const ids = commands.map(({ id }) => id);
    try {
      moved += await sweepAgent(parts, agentId, ids);
    } catch (error) {
      if (isConnectionLost(error)) throw error;
      parts.database.log.error({ err: error, agentId }, "An agent's commands could not be moved");
    }
  }
  return moved;
}

async function sweepAgent(parts: CommandParts, agentId: string, ids: readonly string[]): Promise<number> {
  return await inTransaction(parts.database, async (tx) => {
    await lockStreams(tx, [agentStream(agentId)]);
    const due = await findDue(tx, ids.length, ids);
    const now = await readClock(tx);
    for (const command of due) {
      const events = await move(parts, tx, command, now);
      await parts.events.append(tx, agentStream(agentId), events, systemActor);
    }
    await endLeases(
      tx,
      due.map(({ id }) => id),
    );
    return due.length;
  });
}

async function move(parts: CommandParts, tx: Tx, command: DueCommand, now: Date): Promise<NewEvent[]> {
  if (!command.isOverdue && !command.isAgentRetired && command.hasAttemptsLeft)
    return [requeue(command, now)];
  const failure = whyOver(command);
  const isLost = !command.isOverdue && !command.isAgentRetired;
  // What was never handed over leaves its updates as they were.
  const known = { command, wanted: null, items: [], failure: command.attempt === 0 ? null : failure };
  const end = {
    ...aboutCommand(command),
    attempt: command.attempt,
    failure,
    updates: judgeUpdates({ ...known, state: "EXPIRED" }),
  };
  const event = isLost
    ? commandEvents.of("command.finished", {
        ...end,
        state: "FAILED",
        restart: null,
        items: [],
        agentStartedAt: null,
        agentFinishedAt: null,
      })
    : commandEvents.of("command.expired", end);
  const { id, type, planId, source } = command;
  if (type !== "PLAN" || planId === null) return [event];
  return [event, ...(await parts.plans.settle(tx, { id, planId, source }, { failure }, now))];
}

/** What may have begun is not bound to begin in time any more: the agent says what came of it. */
function requeue(command: DueCommand, now: Date): NewEvent {
  const deadlineAt = new Date(now.getTime() + QUEUE_SECONDS[command.type] * 1000).toISOString();
  return commandEvents.of("command.requeued", {
    ...aboutCommand(command),
    attempt: command.attempt,
    deadlineAt,
    beginBefore: movesPackages(command.type) ? command.beginBefore.toISOString() : deadlineAt,
  });
}

function whyOver(command: DueCommand): Failure {
  if (command.isOverdue && command.attempt === 0) {
    const message =
      "The agent did not take the command before its deadline. Start it again when it is online.";
    return { code: "NOT_TAKEN", message };
  }
  if (command.isOverdue) {
    const message = "The agent took the command and did not say how it ended before the deadline.";
    return { code: "NO_RESULT", message };
  }
  if (command.isAgentRetired) {
    const message = "The agent was retired before it told how this command ended.";
    return { code: "AGENT_RETIRED", message };
  }
  const message = `The agent went silent in each of ${MAX_ATTEMPTS} attempts to carry the command out.`;
  return { code: "AGENT_LOST", message };
}
