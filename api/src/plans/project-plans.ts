import type { Sql } from "../database/sql.js";
import { agentOfStream } from "../agents/agent-stream.js";
import { AgentRetired } from "../agents/agents.events.js";
import type { RecordedEvent } from "../events/event.js";
import { defineEvent, defineEvents, listen } from "../events/projector.js";
import { HistoryForgotten } from "../retention/retention.events.js";
import {
  PlanFailed,
  PlanRequested,
  PlanResolved,
  PlanStarted,
  type PlanPayload,
  type planPayloads,
} from "./plans.events.js";
import { planSummaries } from "./summarize-plans.js";

type Recorded<Type extends keyof typeof planPayloads> = RecordedEvent<PlanPayload<Type>>;

async function requested(sql: Sql, event: Recorded<"plan.requested">): Promise<void> {
  const { payload } = event;
  await sql.query(
    `insert into plans (id, agent_id, source, state, items, also_installs, also_removes, also_kept, restart_reasons,
       blockers, requested_by, requested_at, plan_command_id)
     values ($1, $2, $3, 'RESOLVING', '[]', '[]', '[]', '[]', '{}', '[]', $4, $5, $6)`,
    [
      payload.planId,
      agentOfStream(event.stream),
      payload.source,
      event.actor.name ?? "the server",
      event.at,
      payload.commandId,
    ],
    "plans.project-requested",
  );
  await sql.query(
    `insert into plan_updates (plan_id, update_id, key, candidate_version)
     select $1, * from unnest($2::uuid[], $3::text[], $4::text[])`,
    [
      payload.planId,
      payload.updates.map(({ updateId }) => updateId),
      payload.updates.map(({ key }) => key),
      payload.updates.map(({ candidateVersion }) => candidateVersion),
    ],
    "plans.project-requested-updates",
  );
}

async function resolved(sql: Sql, { payload, at }: Recorded<"plan.resolved">): Promise<void> {
  await sql.query(
    `update plans set state = 'READY', digest = $2, items = $3, also_installs = $4, also_removes = $5,
       download_bytes = $6, disk_bytes = $7, restarts_services = $8, requires_reboot = $9, blockers = $10,
       token = $11, expires_at = $12, resolved_at = $13, also_kept = $14, restart_reasons = $15,
       reversibility = $16
     where id = $1`,
    [
      payload.planId,
      payload.digest,
      JSON.stringify(payload.items),
      JSON.stringify(payload.alsoInstalls),
      JSON.stringify(payload.alsoRemoves),
      payload.downloadBytes,
      payload.diskBytes,
      payload.restartsServices,
      payload.requiresReboot,
      JSON.stringify(payload.blockers),
      payload.token,
      payload.expiresAt,
      at,
      JSON.stringify(payload.alsoKept),
      payload.restartReasons,
      payload.reversibility && JSON.stringify(payload.reversibility),
    ],
    "plans.project-resolved",
  );
}

async function failed(sql: Sql, { payload }: Recorded<"plan.failed">): Promise<void> {
  await sql.query(
    `update plans set state = 'FAILED', failure_code = $2, failure_message = $3 where id = $1`,
    [payload.planId, payload.failure.code, payload.failure.message],
  );
}

async function started(sql: Sql, { payload, at, actor }: Recorded<"plan.started">): Promise<void> {
  await sql.query(
    `update plans set state = 'STARTED', install_command_id = $2, started_by = $3, started_at = $4,
       started_digest = $5
     where id = $1`,
    [payload.planId, payload.commandId, actor.name, at, payload.digest],
  );
}

/** A retired agent resolves nothing more. */
async function agentRetired(sql: Sql, event: RecordedEvent): Promise<void> {
  await sql.query(
    `update plans set state = 'FAILED', failure_code = 'AGENT_RETIRED',
       failure_message = 'The agent was retired before it resolved this plan.'
     where agent_id = $1 and state = 'RESOLVING'`,
    [agentOfStream(event.stream)],
  );
}

/** A plan's commands are asked for with it or after it, so none is forgotten while its plan is there. */
async function forgotten(sql: Sql, event: RecordedEvent<HistoryForgotten>): Promise<void> {
  const { endedBefore } = event.payload;
  if (endedBefore === null) return;
  const agentAndTime = [agentOfStream(event.stream), endedBefore];
  const old = "select id from plans where agent_id = $1 and requested_at < $2 and state <> 'RESOLVING'";
  await sql.query(`delete from plan_updates where plan_id in (${old})`, agentAndTime);
  await sql.query(`delete from plans where id in (${old})`, agentAndTime);
}

/** The events of plans and what they change in their tables. */
export const planEvents = defineEvents(
  {
    "plan.requested": defineEvent(PlanRequested, requested, planSummaries.requested),
    "plan.resolved": defineEvent(PlanResolved, resolved, planSummaries.resolved),
    "plan.failed": defineEvent(PlanFailed, failed, planSummaries.failed),
    "plan.started": defineEvent(PlanStarted, started, planSummaries.started),
  },
  {
    tables: ["plans", "plan_updates"],
    listeners: {
      "agent.retired": listen(AgentRetired, agentRetired),
      "history.forgotten": listen(HistoryForgotten, forgotten),
    },
  },
);
