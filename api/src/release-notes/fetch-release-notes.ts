import { uuidv7 } from "uuidv7";
import { actorOf, type Caller } from "../access/caller.js";
import { agentStream } from "../agents/agent-stream.js";
import { answerOnce } from "../commands/answer-once.js";
import { keepError, type BulkAnswer } from "../commands/bulk-answer.js";
import type { CommandParts } from "../commands/command-parts.js";
import { readClock } from "../commands/commands.sql.js";
import { queueCommand } from "../commands/queue-command.js";
import { missing, readIds, type BulkId } from "../commands/read-ids.js";
import { inTransaction } from "../database/unit-of-work.js";
import { lockStreams } from "../events/lock-streams.js";
import { LimitError, PreconditionError, type DomainError } from "../schema/user-errors.js";
import { findNoted, type NotedUpdate } from "./release-notes.sql.js";

/** Whose release notes shall be fetched. */
export interface NotesRequest {
  /** Global ids of updates. */
  readonly ids: readonly string[];
  readonly idempotencyKey?: string | null | undefined;
}

/** What is known already and what is being fetched. `ids` are those of the commands. */
export interface NotesAnswer extends BulkAnswer {
  /** Plain uuids of the updates whose notes are known. */
  readonly known: readonly string[];
}

const MOST = 20;

/**
 * Asks agents for the release notes of updates, one command each. What was fetched before, or is being fetched, is
 * answered instead of being asked for again. Answers with one error for each update that was refused.
 */
export async function fetchReleaseNotes(
  parts: CommandParts,
  caller: Caller,
  request: NotesRequest,
): Promise<NotesAnswer> {
  if (request.ids.length > MOST) {
    const message = `${request.ids.length} ids were given; notes are read one by one, so one call carries at most ${MOST}.`;
    throw new LimitError(message, MOST, ["input", "ids"]);
  }
  const { ids, errors } = readIds("upd", request.ids);
  const { idempotencyKey: key, ...body } = request;
  return await inTransaction(parts.database, async (tx) => {
    return await answerOnce(tx, { caller, operation: "fetchReleaseNotes", key, body }, async () => {
      const uuids = ids.map(({ uuid }) => uuid);
      // The agent of an update never changes, so it may be read before its stream is locked.
      const agents = [...(await findNoted(tx, uuids)).values()].map(({ agentId }) => agentId);
      await lockStreams(tx, agents.map(agentStream));
      const updates = await findNoted(tx, uuids);
      const now = await readClock(tx);
      const refused: DomainError[] = [...errors];
      const known: string[] = [];
      const commandIds: string[] = [];
      for (const id of ids) {
        const update = updates.get(id.uuid);
        if (update?.isKnown) known.push(update.id);
        else if (update?.underWay) commandIds.push(update.underWay);
        else {
          const error = refuse(update, id);
          if (error || !update) {
            refused.push(error ?? missing("upd", id));
            continue;
          }
          const commandId = uuidv7();
          const { agentId, source } = update;
          const command = { id: commandId, type: "RELEASE_NOTES", source, updateIds: [update.id] } as const;
          await parts.events.append(tx, agentStream(agentId), [queueCommand(command, now)], actorOf(caller));
          commandIds.push(commandId);
        }
      }
      return { known, ids: commandIds, errors: refused.map(keepError) };
    });
  });
}

const over: Readonly<Record<string, string>> = {
  CLOSED: "is no longer available",
  VERIFIED: "is already installed",
  INSTALLED: "is already installed",
  RESTART_NEEDED: "is already installed",
};

function refuse(update: NotedUpdate | undefined, id: BulkId): DomainError | undefined {
  if (!update) return missing("upd", id);
  const { agentName, name, state } = update;
  if (update.isAgentRetired) {
    return new PreconditionError("AGENT_IS_RETIRED", `${agentName} is retired.`, id.path);
  }
  const why = over[state];
  if (why === undefined) return undefined;
  const message = `${name} on ${agentName} ${why}, so its release notes cannot be fetched any more.`;
  return new PreconditionError(`UPDATE_IS_${state}`, message, id.path);
}
