import { Migration } from "@mikro-orm/migrations";

/** What agents are told to do, what they plan to change, and what they tell of it. */
export class Migration0004Commands extends Migration {
  override up(): void {
    this.addSql(`create table plans (
      id uuid primary key,
      agent_id uuid not null references agents (id) deferrable,
      source text not null,
      state text not null check (state in ('RESOLVING', 'READY', 'FAILED', 'STARTED')),
      digest text,
      items jsonb not null,
      also_installs jsonb not null,
      also_removes jsonb not null,
      also_kept jsonb not null,
      download_bytes bigint,
      disk_bytes bigint,
      restarts_services text[],
      requires_reboot boolean,
      restart_reasons text[] not null,
      reversibility jsonb,
      blockers jsonb not null,
      token text,
      failure_code text,
      failure_message text,
      requested_by text not null,
      requested_at timestamptz not null,
      resolved_at timestamptz,
      expires_at timestamptz,
      plan_command_id uuid not null,
      install_command_id uuid,
      started_by text,
      started_at timestamptz,
      started_digest text,
      check (state not in ('READY', 'STARTED') or (digest is not null and expires_at is not null)),
      check ((state = 'STARTED') = (install_command_id is not null))
    )`);
    this.addSql("create index plans_agent on plans (agent_id)");
    this.addSql(`create table plan_updates (
      plan_id uuid not null references plans (id) deferrable,
      update_id uuid not null,
      key text not null,
      candidate_version text not null,
      primary key (plan_id, update_id)
    )`);
    this.addSql("create index plan_updates_update on plan_updates (update_id, plan_id)");
    this.addSql(`create table commands (
      id uuid primary key,
      agent_id uuid not null references agents (id) deferrable,
      type text not null check (type in
        ('SCAN', 'PLAN', 'INSTALL', 'ROLLBACK', 'HOLD', 'RELEASE', 'RELEASE_NOTES')),
      source text not null,
      state text not null check (state in ('QUEUED', 'CLAIMED', 'RUNNING', 'SUCCEEDED',
        'PARTIALLY_SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED')),
      requested_by text not null,
      is_local boolean not null default false,
      requested_at timestamptz not null,
      claimed_at timestamptz,
      started_at timestamptz,
      finished_at timestamptz,
      deadline_at timestamptz,
      begin_before timestamptz not null,
      attempt integer not null check (attempt >= 0),
      result_attempt integer,
      is_cancel_requested boolean not null,
      refresh boolean,
      plan_id uuid,
      update_ids uuid[] not null,
      keys text[] not null,
      rolls_back uuid check ((type = 'ROLLBACK') = (rolls_back is not null)),
      reversibility jsonb,
      failure_code text,
      failure_message text,
      restart text,
      restart_reasons text[] not null,
      items jsonb not null,
      check ((deadline_at is null) = (state not in ('QUEUED', 'CLAIMED', 'RUNNING')))
    )`);
    this.addSql("create index commands_agent on commands (agent_id, id)");
    this.addSql("create index commands_local on commands (agent_id, id) where is_local");
    this.addSql("create index commands_notes on commands ((update_ids[1]), id) where type = 'RELEASE_NOTES'");
    this.addSql(
      "create index commands_holds on commands (agent_id, source, id) where type in ('HOLD', 'RELEASE')",
    );
    this.addSql("create index commands_plan on commands (plan_id) where plan_id is not null");
    this.addSql("create index commands_rolls_back on commands (rolls_back) where rolls_back is not null");
    this.addSql(`create index commands_queued on commands (agent_id, id) where state = 'QUEUED'`);
    this.addSql(
      `create index commands_in_hand on commands (agent_id, source) where state in ('CLAIMED', 'RUNNING')`,
    );
    this.addSql("create index commands_deadline on commands (deadline_at) where deadline_at is not null");
    this.upEvidence();
  }

  /** What is not told by events stays when the state is rebuilt, so nothing here refers to a state table. */
  private upEvidence(): void {
    this.addSql(`create table command_leases (
      command_id uuid primary key,
      agent_id uuid not null,
      attempt integer not null,
      expires_at timestamptz not null
    ) with (fillfactor = 70)`);
    this.addSql(`create table command_progress (
      command_id uuid primary key,
      phase text,
      percent double precision,
      item_name text,
      is_cancellable boolean,
      occurred_at timestamptz,
      byte_count bigint not null,
      is_truncated boolean not null
    ) with (fillfactor = 70)`);
    this.addSql(`create table command_output (
      command_id uuid not null,
      sequence integer not null,
      occurred_at timestamptz not null,
      text text not null,
      primary key (command_id, sequence)
    )`);
    this.addSql(`create table command_late_results (
      command_id uuid not null,
      attempt integer not null,
      agent_id uuid not null,
      result jsonb not null,
      received_at timestamptz not null default now(),
      primary key (command_id, attempt)
    )`);
    this.addSql(`create table command_receipts (
      command_id uuid primary key,
      receipt text not null,
      received_at timestamptz not null default now()
    )`);
    this.addSql(`create table update_release_notes (
      update_id uuid primary key,
      command_id uuid not null,
      text text not null,
      is_truncated boolean not null,
      advisories text[] not null,
      fetched_at timestamptz not null default now()
    )`);
    this.addSql("create index update_release_notes_command on update_release_notes (command_id)");
    this.addSql(`create table idempotency_keys (
      caller text not null,
      operation text not null,
      key text not null,
      body_hash text not null,
      answer jsonb,
      expires_at timestamptz not null,
      primary key (caller, operation, key)
    )`);
    this.addSql("create index idempotency_keys_expiry on idempotency_keys (expires_at)");
  }
}
