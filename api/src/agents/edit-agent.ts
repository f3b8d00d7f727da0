import { actorOf, type Caller } from "../access/caller.js";
import type { Database } from "../database/database.js";
import type { Tx } from "../database/sql.js";
import { inTransaction } from "../database/unit-of-work.js";
import type { EventLog } from "../events/append.js";
import type { NewEvent } from "../events/event.js";
import { lockStreams } from "../events/lock-streams.js";
import { ConflictError, NotFoundError } from "../schema/user-errors.js";
import { requireId } from "../schema/global-id.js";
import { agentStream } from "./agent-stream.js";
import { findAgent, type AgentRow } from "./agents.sql.js";

/** What edits of agents work with. */
export interface EditParts {
  readonly database: Database;
  readonly events: EventLog;
}

/** Which agent, and what its editor believes it to be. */
export interface AgentEdit {
  /** Global id. */
  readonly id: string;
  /** The version that the editor read. Absent: whatever it is now. */
  readonly expectedVersion?: number | null | undefined;
}

/**
 * Locks an agent, checks the version and appends what `decide` answers with, if anything. Answers with the
 * plain uuid. Throws {@link NotFoundError}, {@link ConflictError} with the version it has, and what `decide`
 * throws.
 */
export async function editAgent(
  parts: EditParts,
  caller: Caller,
  edit: AgentEdit,
  decide: (agent: AgentRow, tx: Tx) => Promise<NewEvent | null> | NewEvent | null,
): Promise<string> {
  const agentId = requireId("agent", edit.id, ["input", "id"]);
  return await inTransaction(parts.database, async (tx) => {
    // An id that somebody made up must not leave a stream behind, so the agent is looked for before the lock.
    const exists = await findAgent(tx, agentId);
    if (exists) await lockStreams(tx, [agentStream(agentId)]);
    const agent = exists && (await findAgent(tx, agentId));
    if (!agent) throw NotFoundError.of("agent", edit.id, ["input", "id"]);
    const { expectedVersion } = edit;
    if (expectedVersion != null && expectedVersion !== agent.version) {
      throw new ConflictError(
        `${agent.name} was changed meanwhile: it is at version ${agent.version}, not ${expectedVersion}. Read it again.`,
        agent.version,
        ["input", "expectedVersion"],
      );
    }
    const event = await decide(agent, tx);
    if (event) await parts.events.append(tx, agentStream(agentId), [event], actorOf(caller));
    return agentId;
  });
}
