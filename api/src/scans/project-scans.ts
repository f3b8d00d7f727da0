import { agentOfStream } from "../agents/agent-stream.js";
import { changesMachine } from "../commands/command-kinds.js";
import { CommandExpired, CommandFinished, type CommandType } from "../commands/commands.events.js";
import type { Sql } from "../database/sql.js";
import type { RecordedEvent } from "../events/event.js";
import { defineEvent, defineEvents, listen } from "../events/projector.js";
import { HistoryForgotten } from "../retention/retention.events.js";
import { ScanRecorded } from "./scans.events.js";

const INSERT_SCAN = `
  insert into scans (id, agent_id, source, scan_number, status, started_at, finished_at, recorded_at, digest,
    version_scheme, update_count, index_age_seconds, warnings, failure_code, failure_message, command_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
  on conflict (agent_id, source, scan_number) do nothing`;

/** A report that arrives after a newer one may still be the newest complete one. */
const UPSERT_COVERAGE = `
  insert into coverage as c (agent_id, source, latest_scan_id, latest_number, status, reason, digest,
    attempted_at, decisive_number, completed_at, index_age_seconds,
    pending_restarts, restarts_number)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $13, $14)
  on conflict (agent_id, source) do update set
    latest_scan_id = case when c.latest_number > $4 then c.latest_scan_id else $3 end,
    status = case when c.latest_number > $4 then c.status else $5 end,
    reason = case when c.latest_number > $4 then c.reason else $6 end,
    digest = case when c.latest_number > $4 then c.digest else $7 end,
    attempted_at = case when c.latest_number > $4 then c.attempted_at else $8 end,
    latest_number = greatest(c.latest_number, $4),
    decisive_number = greatest($9, c.decisive_number),
    completed_at = case when $5 <> 'UNSUPPORTED' then greatest($10, c.completed_at, $12) end,
    index_age_seconds = case when $5 = 'UNSUPPORTED' or $10::timestamptz is not null then $11
      else c.index_age_seconds end,
    pending_restarts = case when $14::bigint is null or $14 < c.restarts_number then c.pending_restarts
      else $13::jsonb end,
    restarts_number = greatest($14, c.restarts_number)`;

async function recorded(sql: Sql, event: RecordedEvent<ScanRecorded>): Promise<void> {
  const { payload, at } = event;
  const agentId = agentOfStream(event.stream);
  const finishedAt = new Date(payload.finishedAt);
  await sql.query(
    INSERT_SCAN,
    [
      payload.scanId,
      agentId,
      payload.source,
      payload.scanNumber,
      payload.status,
      payload.startedAt,
      finishedAt,
      at,
      payload.digest,
      payload.versionScheme,
      payload.updateCount,
      payload.indexAgeSeconds,
      JSON.stringify(payload.warnings),
      payload.failure?.code ?? null,
      payload.failure?.message ?? null,
      payload.commandId,
    ],
    "scans.project-recorded",
  );
  // An agent's clock that runs ahead must not make its knowledge younger than it is.
  const endedAt = finishedAt < at ? finishedAt : at;
  const isComplete = payload.status === "COMPLETE";
  await sql.query(
    UPSERT_COVERAGE,
    [
      agentId,
      payload.source,
      payload.scanId,
      payload.scanNumber,
      payload.status,
      payload.failure?.message ?? null,
      payload.isSettled ? payload.digest : null,
      endedAt,
      isComplete || payload.status === "UNSUPPORTED" ? payload.scanNumber : null,
      isComplete ? endedAt : null,
      isComplete ? payload.indexAgeSeconds : null,
      payload.confirmedAt,
      payload.pendingRestarts && JSON.stringify(payload.pendingRestarts),
      // A scan that failed says nothing of restarts; what an earlier one found stays.
      payload.status === "FAILED" ? null : payload.scanNumber,
    ],
    "scans.project-coverage",
  );
}

/** After a change, a scan with the same digest as before it is news: it proves or contradicts the change. */
async function askAgain(
  sql: Sql,
  event: RecordedEvent<{ type: CommandType; source: string; updateIds: string[] }>,
): Promise<void> {
  if (!changesMachine(event.payload.type)) return;
  await sql.query(
    "update coverage set digest = null where agent_id = $1 and source = $2",
    [agentOfStream(event.stream), event.payload.source],
    "scans.project-ask-again",
  );
}

/** The latest scan of a source stays, however old it is. */
async function forgotten(sql: Sql, event: RecordedEvent<HistoryForgotten>): Promise<void> {
  const { scansBefore } = event.payload;
  if (scansBefore === null) return;
  await sql.query(
    `delete from scans s where s.agent_id = $1 and s.recorded_at < $2 and exists (
       select from coverage c where c.agent_id = s.agent_id and c.source = s.source
         and c.latest_number > s.scan_number and c.latest_scan_id <> s.id)`,
    [agentOfStream(event.stream), scansBefore],
    "scans.project-forgotten",
  );
}

/** What happens to scans, and how the tables `scans` and `coverage` follow. */
export const scanEvents = defineEvents(
  {
    "scan.recorded": defineEvent(ScanRecorded, recorded, ({ source, status, updateCount }) =>
      status === "COMPLETE"
        ? `Scanned ${source}: ${updateCount} pending.`
        : `Scanned ${source}: ${status.toLowerCase()}.`,
    ),
  },
  {
    tables: ["scans", "coverage"],
    listeners: {
      "command.finished": listen(CommandFinished, askAgain),
      "command.expired": listen(CommandExpired, askAgain),
      "history.forgotten": listen(HistoryForgotten, forgotten),
    },
  },
);
