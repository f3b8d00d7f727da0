import type { Sql } from "../database/sql.js";
import { agentOfStream } from "../agents/agent-stream.js";
import { AgentRetired } from "../agents/agents.events.js";
import type { RecordedEvent } from "../events/event.js";
import { defineEvent, defineEvents, listen } from "../events/projector.js";
import { HistoryForgotten } from "../retention/retention.events.js";
import {
  CommandCancelRequested,
  CommandClaimed,
  CommandExpired,
  CommandFinished,
  CommandQueued,
  CommandRecorded,
  CommandRequeued,
  CommandStarted,
  type CommandPayload,
  type commandPayloads,
} from "./commands.events.js";
import { commandSummaries } from "./summarize-commands.js";

type Recorded<Type extends keyof typeof commandPayloads> = RecordedEvent<CommandPayload<Type>>;

async function queued(sql: Sql, event: Recorded<"command.queued">): Promise<void> {
  const { payload } = event;
  await sql.query(
    `insert into commands (id, agent_id, type, source, state, requested_by, requested_at, deadline_at,
       begin_before, attempt, is_cancel_requested, refresh, plan_id, update_ids, keys, rolls_back, items,
       restart_reasons)
     values ($1, $2, $3, $4, 'QUEUED', $5, $6, $7, $8, 0, false, $9, $10, $11, $12, $13, '[]', '{}')`,
    [
      payload.commandId,
      agentOfStream(event.stream),
      payload.type,
      payload.source,
      event.actor.name ?? "the server",
      event.at,
      payload.deadlineAt,
      payload.beginBefore,
      payload.refresh,
      payload.planId,
      payload.updateIds,
      payload.keys,
      payload.rollsBack,
    ],
    "commands.project-queued",
  );
}

async function recorded(sql: Sql, { payload, at, stream }: Recorded<"command.recorded">): Promise<void> {
  await sql.query(
    `insert into commands (id, agent_id, type, source, state, requested_by, is_local, requested_at, started_at,
       deadline_at, begin_before, attempt, is_cancel_requested, plan_id, update_ids, keys, rolls_back,
       reversibility, restart_reasons, items)
     values ($1, $2, $3, $4, 'RUNNING', $5, true, $6, $7, $8, $8, 1, false, null, $9, '{}', $10, $11, '{}', '[]')`,
    [
      payload.commandId,
      agentOfStream(stream),
      payload.type,
      payload.source,
      payload.requestedBy,
      payload.requestedAt,
      payload.startedAt,
      at,
      payload.updateIds,
      payload.rollsBack,
      payload.reversibility && JSON.stringify(payload.reversibility),
    ],
    "commands.project-recorded",
  );
}

async function claimed(sql: Sql, { payload, at }: Recorded<"command.claimed">): Promise<void> {
  await sql.query(
    `update commands set state = 'CLAIMED', claimed_at = $2, attempt = $3, deadline_at = $4 where id = $1`,
    [payload.commandId, at, payload.attempt, payload.deadlineAt],
    "commands.project-claimed",
  );
}

async function started(sql: Sql, { payload, at }: Recorded<"command.started">): Promise<void> {
  await sql.query(
    `update commands set state = 'RUNNING', started_at = coalesce(started_at, $2) where id = $1`,
    [payload.commandId, at],
    "commands.project-started",
  );
}

async function requeued(sql: Sql, { payload }: Recorded<"command.requeued">): Promise<void> {
  await sql.query(
    `update commands set state = 'QUEUED', deadline_at = $2, begin_before = $3 where id = $1`,
    [payload.commandId, payload.deadlineAt, payload.beginBefore],
    "commands.project-requeued",
  );
}

async function cancelRequested(sql: Sql, { payload }: Recorded<"command.cancel_requested">): Promise<void> {
  await sql.query(`update commands set is_cancel_requested = true where id = $1`, [payload.commandId]);
}

async function finished(sql: Sql, { payload, at, actor }: Recorded<"command.finished">): Promise<void> {
  await sql.query(
    `update commands set state = $2, deadline_at = null, result_attempt = $4,
       finished_at = case when is_local then least($10::timestamptz, $3) else $3 end,
       failure_code = $5, failure_message = $6, restart = $7, items = $8, restart_reasons = $9
     where id = $1`,
    [
      payload.commandId,
      payload.state,
      at,
      actor.kind === "agent" ? payload.attempt : null,
      payload.failure?.code ?? null,
      payload.failure?.message ?? null,
      payload.restart,
      JSON.stringify(payload.items),
      payload.restartReasons,
      payload.agentFinishedAt,
    ],
    "commands.project-finished",
  );
}

async function expired(sql: Sql, { payload, at }: Recorded<"command.expired">): Promise<void> {
  await sql.query(
    `update commands set state = 'EXPIRED', finished_at = $2, deadline_at = null,
       failure_code = $3, failure_message = $4
     where id = $1`,
    [payload.commandId, at, payload.failure.code, payload.failure.message],
    "commands.project-expired",
  );
}

/** A retired agent takes nothing more. What it may have begun is not called cancelled. */
async function agentRetired(sql: Sql, event: RecordedEvent): Promise<void> {
  await sql.query(
    `update commands set finished_at = $2, deadline_at = null,
       state = case when attempt = 0 then 'CANCELLED' else 'EXPIRED' end,
       failure_code = case when attempt = 0 then null else 'AGENT_RETIRED' end,
       failure_message = case when attempt = 0 then null
         else 'The agent was retired before it told how this command ended.' end
     where agent_id = $1 and state = 'QUEUED'`,
    [agentOfStream(event.stream), event.at],
  );
}

async function forgotten(sql: Sql, event: RecordedEvent<HistoryForgotten>): Promise<void> {
  const { endedBefore } = event.payload;
  if (endedBefore === null) return;
  await sql.query(
    `delete from commands
     where agent_id = $1 and requested_at < $2 and finished_at < $2 and deadline_at is null`,
    [agentOfStream(event.stream), endedBefore],
    "commands.project-forgotten",
  );
}

/** The events of commands and what they change in the table `commands`. */
export const commandEvents = defineEvents(
  {
    "command.queued": defineEvent(CommandQueued, queued, commandSummaries.queued),
    "command.recorded": defineEvent(CommandRecorded, recorded, commandSummaries.recorded),
    "command.claimed": defineEvent(CommandClaimed, claimed, commandSummaries.claimed),
    "command.started": defineEvent(CommandStarted, started, commandSummaries.started),
    "command.requeued": defineEvent(CommandRequeued, requeued, commandSummaries.requeued),
    "command.cancel_requested": defineEvent(
      CommandCancelRequested,
      cancelRequested,
      commandSummaries.cancelRequested,
    ),
    "command.finished": defineEvent(CommandFinished, finished, commandSummaries.finished),
    "command.expired": defineEvent(CommandExpired, expired, commandSummaries.expired),
  },
  {
    tables: ["commands"],
    listeners: {
      "agent.retired": listen(AgentRetired, agentRetired),
      "history.forgotten": listen(HistoryForgotten, forgotten),
    },
  },
);
