import { actorOf, type Caller } from "../access/caller.js";
import { agentStream } from "../agents/agent-stream.js";
import { readClock } from "../commands/commands.sql.js";
import { missing, readIds } from "../commands/read-ids.js";
import type { Database } from "../database/database.js";
import { inTransaction } from "../database/unit-of-work.js";
import type { EventLog } from "../events/append.js";
import type { NewEvent } from "../events/event.js";
import { lockStreams } from "../events/lock-streams.js";
import { PreconditionError, type DomainError, type ErrorPath } from "../schema/user-errors.js";
import { findAgentsOfUpdates, findUpdatesToDecide, type UpdateToDecide } from "./updates.sql.js";

/** What decisions work with. */
export interface DecideParts {
  readonly database: Database;
  readonly events: EventLog;
}

/** What a bulk of decisions came to. */
export interface Decided {
  /** Plain uuids of the updates that are now as it was asked for, in the order of the input. */
  readonly ids: readonly string[];
  /** One for each id that was refused. */
  readonly errors: readonly DomainError[];
}

/** What an event says about the updates of one agent that were decided on. */
export interface About {
  readonly updateIds: string[];
  readonly names: string[];
}

/** A decision about one update: refused, true already, or an event's worth. */
export type Judgement = "decided" | "already" | { readonly reason: string; readonly message: string };

/**
 * Decides about many updates at once. Locks their agents, reads them, asks `judge` about each, and appends
 * per agent the events of those that were decided. Each id counts once. Throws LimitError for more than 200.
 */
export async function decideUpdates(
  parts: DecideParts,
  caller: Caller,
  globalIds: readonly string[],
  decision: {
    judge: (update: UpdateToDecide) => Judgement;
    toEvents: (about: About) => readonly NewEvent[];
    /** What follows of those that are now as it was asked for, decided now or before, all of one agent. */
    alsoEvents?: (updates: readonly UpdateToDecide[], now: Date) => readonly NewEvent[];
  },
): Promise<Decided> {
  const { ids, errors: unreadable } = readIds("upd", globalIds);
  const uuids = ids.map(({ uuid }) => uuid);
  return await inTransaction(parts.database, async (tx) => {
    const agentIds = await findAgentsOfUpdates(tx, uuids);
    await lockStreams(tx, agentIds.map(agentStream));
    const updates = await findUpdatesToDecide(tx, uuids);
    const done: UpdateToDecide[] = [];
    const errors: DomainError[] = [...unreadable];
    const decidedByAgent = new Map<string, About>();
    for (const id of ids) {
      const update = updates.get(id.uuid);
      if (!update) {
        errors.push(missing("upd", id));
        continue;
      }
      const judgement = judgeInService(update) ?? decision.judge(update);
      if (typeof judgement === "object") {
        errors.push(refuse(judgement, id.path));
        continue;
      }
      done.push(update);
      if (judgement === "already") continue;
      const about = decidedByAgent.get(update.agentId) ?? { updateIds: [], names: [] };
      about.updateIds.push(update.id);
      about.names.push(`${update.name} ${update.candidateVersion}`);
      decidedByAgent.set(update.agentId, about);
    }
    const now = await readClock(tx);
    for (const [agentId, theirs] of Map.groupBy(done, (update) => update.agentId)) {
      const about = decidedByAgent.get(agentId);
      const events = [
        ...(about ? decision.toEvents(about) : []),
        ...(decision.alsoEvents?.(theirs, now) ?? []),
      ];
      await parts.events.append(tx, agentStream(agentId), events, actorOf(caller));
    }
    return { ids: done.map(({ id }) => id), errors };
  });
}

function judgeInService(update: UpdateToDecide): Judgement | undefined {
  if (!update.isAgentRetired) return undefined;
  return { reason: "AGENT_IS_RETIRED", message: `${update.agentName} was taken out of service.` };
}

function refuse({ reason, message }: Exclude<Judgement, string>, path: ErrorPath): PreconditionError {
  return new PreconditionError(reason, message, path);
}
