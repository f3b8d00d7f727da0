import type { Sql } from "../database/sql.js";
import { LEASE_SECONDS, OUTPUT_BYTES, OUTPUT_LINES } from "./command-limits.js";

/** Where a running command stands. */
export interface ProgressStep {
  readonly phase: string;
  /** From 0 to 100; null when it cannot be told. */
  readonly percent: number | null;
  readonly itemName: string | null;
  readonly isCancellable: boolean;
}

/** One line of a command's output. */
export interface OutputLine {
  /** Counts the lines of one command from 1. */
  readonly sequence: number;
  readonly occurredAt: Date;
  readonly text: string;
}

/** What an agent tells of one attempt, checked and cleaned. */
export interface ProgressReport {
  readonly agentId: string;
  readonly commandId: string;
  readonly attempt: number;
  readonly step: ProgressStep | null;
  readonly lines: readonly OutputLine[];
}

const NOTICE = "[RedFlag keeps at most 100,000 lines and 10 MiB of output; the rest is not kept.]";

const RECORD = `
  with lease as (
    update command_leases l set expires_at = clock_timestamp() + make_interval(secs => $4)
    from commands c
    where l.command_id = $1 and l.agent_id = $2 and l.attempt = $3
      and c.id = l.command_id and c.attempt = l.attempt and c.state = 'RUNNING'
    returning c.is_cancel_requested
  ), known as (
    select byte_count, is_truncated from command_progress where command_id = $1
  ), incoming as (
    select distinct on (sequence) *
    from unnest($5::int[], $6::timestamptz[], $7::text[]) as line (sequence, occurred_at, text)
    where exists (select from lease) and not coalesce((select is_truncated from known), false)
      and not exists (select from command_output o where o.command_id = $1 and o.sequence = line.sequence)
    order by sequence
  ), judged as (
    select *, sequence > ${OUTPUT_LINES} or ${OUTPUT_BYTES} < coalesce((select byte_count from known), 0)
      + sum(octet_length(text)) over (order by sequence) as is_over
    from incoming
  ), added as (
    insert into command_output (command_id, sequence, occurred_at, text)
    select $1, sequence, occurred_at, text from judged where not is_over
    union all
    (select $1, sequence, occurred_at, '${NOTICE}' from judged where is_over order by sequence limit 1)
    on conflict do nothing
    returning octet_length(text) as bytes
  ), noted as (
    insert into command_progress as p
      (command_id, phase, percent, item_name, is_cancellable, occurred_at, byte_count, is_truncated)
    select $1, $8::text, $9::float8, $10::text, $11::boolean,
      case when $8::text is not null then clock_timestamp() end,
      coalesce((select sum(bytes) from added), 0), exists (select from judged where is_over)
    from lease
    on conflict (command_id) do update set
      phase = coalesce(excluded.phase, p.phase),
      percent = case when excluded.phase is null then p.percent else excluded.percent end,
      item_name = case when excluded.phase is null then p.item_name else excluded.item_name end,
      is_cancellable = coalesce(excluded.is_cancellable, p.is_cancellable),
      occurred_at = coalesce(excluded.occurred_at, p.occurred_at),
      byte_count = p.byte_count + excluded.byte_count,
      is_truncated = p.is_truncated or excluded.is_truncated
  )
  select is_cancel_requested as "isCancelRequested" from lease`;

/**
 * Stores progress and new lines of a RUNNING command and renews its lease, in one statement. Lines that are
 * there already are ignored; what exceeds the limits is dropped, and one line says so. Answers nothing when
 * this attempt is not the one that runs.
 */
export async function recordProgress(
  sql: Sql,
  report: ProgressReport,
): Promise<{ isCancelRequested: boolean } | undefined> {
  const { lines, step } = report;
  const [row] = await sql.query<{ isCancelRequested: boolean }>(
    RECORD,
    [
      report.commandId,
      report.agentId,
      report.attempt,
      LEASE_SECONDS,
      lines.map(({ sequence }) => sequence),
      lines.map(({ occurredAt }) => occurredAt),
      lines.map(({ text }) => text),
      step?.phase ?? null,
      step?.percent ?? null,
      step?.itemName ?? null,
      step?.isCancellable ?? null,
    ],
    "commands.record-progress",
  );
  return row;
}
