import { actorOf, type Caller } from "../access/caller.js";
import type { Permission } from "../access/permissions.js";
import { agentStream } from "../agents/agent-stream.js";
import type { Tx } from "../database/sql.js";
import { inTransaction } from "../database/unit-of-work.js";
import type { NewEvent } from "../events/event.js";
import { lockStreams } from "../events/lock-streams.js";
import { PreconditionError, type DomainError } from "../schema/user-errors.js";
import { aboutCommand } from "./about-command.js";
import { keepError, type BulkAnswer } from "./bulk-answer.js";
import { movesPackages, setsMarks } from "./command-kinds.js";
import type { CommandParts } from "./command-parts.js";
import { allows, commandStates } from "./command-states.js";
import { findCommands, readClock, type CommandHead } from "./commands.sql.js";
import { judgeUpdates } from "./judge-updates.js";
import { commandEvents } from "./project-commands.js";
import { missing, readIds, type BulkId } from "./read-ids.js";

/**
 * Asks commands to stop. What was never handed over is cancelled at once; anything else is asked, and ends
 * as the agent says. Cancelling twice changes nothing. Answers with the ids of what is cancelled or asked,
 * and with one error for each id that was refused.
 */
export async function cancelCommands(
  parts: CommandParts,
  caller: Caller,
  globalIds: readonly string[],
): Promise<BulkAnswer> {
  const { ids, errors } = readIds("cmd", globalIds);
  const uuids = ids.map(({ uuid }) => uuid);
  return await inTransaction(parts.database, async (tx) => {
    // The agents of commands never change, so they may be read before their streams are locked.
    const agents = (await findCommands(tx, uuids)).map(({ agentId }) => agentId);
    await lockStreams(tx, agents.map(agentStream));
    const commands = new Map((await findCommands(tx, uuids)).map((command) => [command.id, command]));
    const now = await readClock(tx);
    const done: string[] = [];
    const refused: DomainError[] = [...errors];
    for (const id of ids) {
      const command = commands.get(id.uuid);
      const error = refuse(caller, id, command);
      if (error || !command) {
        refused.push(error ?? missing("cmd", id));
        continue;
      }
      const events = await cancel(parts, tx, command, now);
      await parts.events.append(tx, agentStream(command.agentId), events, actorOf(caller));
      done.push(command.id);
    }
    return { ids: done, errors: refused.map(keepError) };
  });
}

function refuse(caller: Caller, id: BulkId, command: CommandHead | undefined): DomainError | undefined {
  if (!command) return missing("cmd", id);
  const needed = permissionFor(command.type);
  if (needed !== null && !caller.permissions.has(needed)) {
    const message = `Cancelling ${movesPackages(command.type) ? "an install or a rollback" : "a hold or release"} requires the permission ${needed}.`;
    return new PreconditionError("PERMISSION_REQUIRED", message, id.path);
  }
  if (command.state !== "CANCELLED" && commandStates[command.state].hasEnded) {
    const message = `The command has already ended: ${command.state.toLowerCase().replace("_", " ")}.`;
    return new PreconditionError("COMMAND_HAS_ENDED", message, id.path);
  }
}

/** What cancelling needs beside the right to plan or install; null for nothing. */
function permissionFor(type: CommandHead["type"]): Permission | null {
  if (movesPackages(type)) return "updates:install";
  return setsMarks(type) ? "updates:approve" : null;
}

async function cancel(parts: CommandParts, tx: Tx, command: CommandHead, now: Date): Promise<NewEvent[]> {
  if (command.state === "CANCELLED" || command.isCancelRequested) return [];
  if (allows("command.cancel_requested", command)) {
    const { attempt } = command;
    return [commandEvents.of("command.cancel_requested", { ...aboutCommand(command), attempt })];
  }
  const finished = commandEvents.of("command.finished", {
    ...aboutCommand(command),
    attempt: command.attempt,
    state: "CANCELLED",
    failure: null,
    restart: null,
    items: [],
    updates: judgeUpdates({ command, wanted: null, state: "CANCELLED", failure: null, items: [] }),
    agentStartedAt: null,
    agentFinishedAt: null,
  });
  const { id, type, planId, source } = command;
  if (type !== "PLAN" || planId === null) return [finished];
  const failure = { code: "CANCELLED", message: "The plan was cancelled before the agent resolved it." };
  return [finished, ...(await parts.plans.settle(tx, { id, planId, source }, { failure }, now))];
}
