import { uuidv7 } from "uuidv7";
import { actorOf, type Caller } from "../access/caller.js";
import { agentStream } from "../agents/agent-stream.js";
import type { Tx } from "../database/sql.js";
import { inTransaction } from "../database/unit-of-work.js";
import { lockStreams } from "../events/lock-streams.js";
import type { DomainError } from "../schema/user-errors.js";
import { answerOnce } from "./answer-once.js";
import { keepError, type BulkAnswer } from "./bulk-answer.js";
import { ROLLBACK_SECONDS } from "./command-limits.js";
import type { CommandParts } from "./command-parts.js";
import { findCommands, readClock } from "./commands.sql.js";
import { queueCommand } from "./queue-command.js";
import { missing, readIds } from "./read-ids.js";
import { refuseRollback } from "./refuse-rollback.js";
import { findRollbackCandidates } from "./rollbacks.sql.js";

/** Which installs shall be taken back. */
export interface RollbackRequest {
  /** Global ids of INSTALL commands. */
  readonly ids: readonly string[];
  /** Also when it works only in part, or nobody knows how far. */
  readonly acceptPartly: boolean;
  /** Only to check: nothing is started, the errors are complete. */
  readonly dryRun: boolean;
  readonly idempotencyKey?: string | null | undefined;
}

/**
 * Has agents take installs back: one ROLLBACK command each, which names the install and nothing else. Answers with the
 * commands' ids and with one error for each install that was refused.
 */
export async function rollBackCommands(
  parts: CommandParts,
  caller: Caller,
  request: RollbackRequest,
): Promise<BulkAnswer> {
  const { idempotencyKey, ...body } = request;
  // A dry run starts nothing, so there is nothing to remember of it.
  const key = request.dryRun ? null : idempotencyKey;
  return await inTransaction(parts.database, async (tx) => {
    return await answerOnce(tx, { caller, operation: "rollBackCommands", key, body }, () =>
      startRollbacks(parts, tx, caller, request),
    );
  });
}

async function startRollbacks(
  parts: CommandParts,
  tx: Tx,
  caller: Caller,
  request: RollbackRequest,
): Promise<BulkAnswer> {
  const { ids, errors } = readIds("cmd", request.ids);
  const uuids = ids.map(({ uuid }) => uuid);
  // The agents of commands never change, so they may be read before their streams are locked.
  const agents = (await findCommands(tx, uuids)).map(({ agentId }) => agentId);
  await lockStreams(tx, agents.map(agentStream));
  const commands = new Map((await findRollbackCandidates(tx, uuids)).map((one) => [one.id, one]));
  const now = await readClock(tx);
  const started: string[] = [];
  const refused: DomainError[] = [...errors];
  for (const id of ids) {
    const command = commands.get(id.uuid);
    const error = command ? refuseRollback(command, request.acceptPartly, id.path) : missing("cmd", id);
    if (error || !command) {
      if (error) refused.push(error);
      continue;
    }
    if (request.dryRun) continue;
    const rollback = {
      id: uuidv7(),
      type: "ROLLBACK" as const,
      source: command.source,
      rollsBack: command.id,
      updateIds: command.updateIds,
      expiresAt: new Date(now.getTime() + ROLLBACK_SECONDS * 1000),
    };
    const stream = agentStream(command.agentId);
    await parts.events.append(tx, stream, [queueCommand(rollback, now)], actorOf(caller));
    started.push(rollback.id);
  }
  return { ids: started, errors: refused.map(keepError) };
}
