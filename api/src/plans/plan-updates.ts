import { uuidv7 } from "uuidv7";
import { actorOf, type Caller } from "../access/caller.js";
import { agentStream } from "../agents/agent-stream.js";
import { answerOnce } from "../commands/answer-once.js";
import { keepError, type BulkAnswer } from "../commands/bulk-answer.js";
import { readClock } from "../commands/commands.sql.js";
import type { CommandParts } from "../commands/command-parts.js";
import { queueCommand } from "../commands/queue-command.js";
import { missing, readIds, type BulkId } from "../commands/read-ids.js";
import { inTransaction } from "../database/unit-of-work.js";
import type { NewEvent } from "../events/event.js";
import { lockStreams } from "../events/lock-streams.js";
import { PreconditionError, type DomainError } from "../schema/user-errors.js";
import { findWanted, type WantedUpdate } from "./plans.sql.js";
import { planEvents } from "./project-plans.js";

/** What shall be planned. */
export interface PlanRequest {
  /** Global ids of updates. */
  readonly ids: readonly string[];
  readonly idempotencyKey?: string | null | undefined;
}

/**
 * Asks each agent for the exact transaction that would install its updates: one plan per agent and source.
 * Answers with the plans' ids and with one error for each update that was refused.
 */
export async function planUpdates(
  parts: CommandParts,
  caller: Caller,
  request: PlanRequest,
): Promise<BulkAnswer> {
  const { ids, errors } = readIds("upd", request.ids);
  const { idempotencyKey: key, ...body } = request;
  return await inTransaction(parts.database, async (tx) => {
    return await answerOnce(tx, { caller, operation: "planUpdates", key, body }, async () => {
      const uuids = ids.map(({ uuid }) => uuid);
      // The agent of an update never changes, so it may be read before its stream is locked.
      const agents = (await findWanted(tx, uuids)).map(({ agentId }) => agentId);
      await lockStreams(tx, agents.map(agentStream));
      const updates = new Map((await findWanted(tx, uuids)).map((update) => [update.id, update]));
      const refused: DomainError[] = [...errors];
      const wanted = ids.flatMap((id) => {
        const update = updates.get(id.uuid);
        const error = refuse(update, id);
        if (error) refused.push(error);
        return error || !update ? [] : [update];
      });
      const now = await readClock(tx);
      const planIds: string[] = [];
      const groups = Map.groupBy(wanted, ({ agentId, source }) => `${agentId} ${source}`);
      for (const group of groups.values()) {
        const planId = uuidv7();
        const [first] = group;
        if (!first) continue;
        await parts.events.append(
          tx,
          agentStream(first.agentId),
          requestEvents(planId, group, now),
          actorOf(caller),
        );
        planIds.push(planId);
      }
      return { ids: planIds, errors: refused.map(keepError) };
    });
  });
}

function requestEvents(planId: string, updates: readonly WantedUpdate[], now: Date): NewEvent[] {
  const source = updates[0]?.source ?? "";
  const commandId = uuidv7();
  const updateIds = updates.map(({ id }) => id);
  return [
    planEvents.of("plan.requested", {
      planId,
      source,
      commandId,
      updates: updates.map(({ id, key, candidateVersion }) => ({ updateId: id, key, candidateVersion })),
    }),
    queueCommand({ id: commandId, type: "PLAN", source, planId, updateIds }, now),
  ];
}

const over: Readonly<Record<string, string>> = {
  CLOSED: "is no longer available",
  VERIFIED: "is already installed",
  INSTALLED: "is already installed",
  RESTART_NEEDED: "is already installed and waits for a restart",
  INSTALLING: "is being installed now",
  REJECTED: "was rejected",
};

function refuse(update: WantedUpdate | undefined, id: BulkId): DomainError | undefined {
  if (!update) return missing("upd", id);
  const named = `${update.name} on ${update.agentName}`;
  if (update.isAgentRetired) {
    return new PreconditionError("AGENT_IS_RETIRED", `${update.agentName} is retired.`, id.path);
  }
  if (update.isHeld) {
    const message = `${named} is held. Release it first.`;
    return new PreconditionError("UPDATE_IS_HELD", message, id.path);
  }
  const why = over[update.state];
  if (why) return new PreconditionError(`UPDATE_IS_${update.state}`, `${named} ${why}.`, id.path);
}
