import { uuidv7 } from "uuidv7";
import { actorOf, type Caller } from "../access/caller.js";
import { agentStream } from "../agents/agent-stream.js";
import { answerOnce } from "../commands/answer-once.js";
import { keepError, type BulkAnswer } from "../commands/bulk-answer.js";
import { readClock } from "../commands/commands.sql.js";
import type { CommandParts } from "../commands/command-parts.js";
import { queueCommand } from "../commands/queue-command.js";
import { missing, readIds } from "../commands/read-ids.js";
import type { Tx } from "../database/sql.js";
import { inTransaction } from "../database/unit-of-work.js";
import type { NewEvent } from "../events/event.js";
import { lockStreams } from "../events/lock-streams.js";
import type { DomainError } from "../schema/user-errors.js";
import { findPlans, type PlanHead } from "./plans.sql.js";
import { planEvents } from "./project-plans.js";
import { refuseInstall } from "./refuse-install.js";

/** Which plans shall be installed. */
export interface InstallRequest {
  /** Global ids of plans. */
  readonly ids: readonly string[];
  readonly acceptRemovals: boolean;
  /** Only to check: nothing is started, the errors are complete. */
  readonly dryRun: boolean;
  readonly idempotencyKey?: string | null | undefined;
}

/**
 * Starts plans exactly as they were shown: one INSTALL command each, and each plan at most once. Answers with
 * the commands' ids and with one error for each plan that was refused.
 */
export async function installPlans(
  parts: CommandParts,
  caller: Caller,
  request: InstallRequest,
): Promise<BulkAnswer> {
  const { idempotencyKey, ...body } = request;
  // A dry run starts nothing, so there is nothing to remember of it.
  const key = request.dryRun ? null : idempotencyKey;
  return await inTransaction(parts.database, async (tx) => {
    return await answerOnce(tx, { caller, operation: "installPlans", key, body }, () =>
      startPlans(parts, tx, caller, request),
    );
  });
}

async function startPlans(
  parts: CommandParts,
  tx: Tx,
  caller: Caller,
  request: InstallRequest,
): Promise<BulkAnswer> {
  const { ids, errors } = readIds("plan", request.ids);
  const uuids = ids.map(({ uuid }) => uuid);
  // The agent of a plan never changes, so it may be read before its stream is locked.
  const agents = (await findPlans(tx, uuids)).map(({ agentId }) => agentId);
  await lockStreams(tx, agents.map(agentStream));
  const plans = new Map((await findPlans(tx, uuids)).map((plan) => [plan.id, plan]));
  const now = await readClock(tx);
  const commandIds: string[] = [];
  const refused: DomainError[] = [...errors];
  const started = new Set<string>();
  for (const id of ids) {
    const plan = plans.get(id.uuid);
    const error = plan ? refuseInstall(plan, request.acceptRemovals, started, id.path) : missing("plan", id);
    if (error || !plan) {
      if (error) refused.push(error);
      continue;
    }
    for (const update of plan.updates) started.add(update.id);
    if (request.dryRun) continue;
    const commandId = uuidv7();
    const events = startEvents(plan, commandId, request.acceptRemovals, now);
    await parts.events.append(tx, agentStream(plan.agentId), events, actorOf(caller));
    commandIds.push(commandId);
  }
  return { ids: commandIds, errors: refused.map(keepError) };
}

function startEvents(plan: PlanHead, commandId: string, acceptRemovals: boolean, now: Date): NewEvent[] {
  if (plan.digest === null || plan.expiresAt === null) throw new Error(`Plan ${plan.id} is not resolved.`);
  const { source, updates } = plan;
  return [
    planEvents.of("plan.started", {
      planId: plan.id,
      source,
      commandId,
      digest: plan.digest,
      acceptedRemovals: acceptRemovals && plan.removalCount > 0,
      approvals: updates.map(({ id, decidedBy, decidedAt }) => ({ updateId: id, decidedBy, decidedAt })),
    }),
    queueCommand(
      {
        id: commandId,
        type: "INSTALL",
        source,
        planId: plan.id,
        updateIds: updates.map(({ id }) => id),
        expiresAt: plan.expiresAt,
      },
      now,
    ),
  ];
}
