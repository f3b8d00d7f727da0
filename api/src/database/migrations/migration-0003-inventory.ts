import { Migration } from "@mikro-orm/migrations";

/** What is known of the machines: agents and how they prove themselves, scans, coverage, updates, holds. */
export class Migration0003Inventory extends Migration {
  override up(): void {
    this.agents();
    this.presence();
    this.scans();
    this.updates();
  }

  private agents(): void {
    this.addSql(`create table agents (
      id uuid primary key,
      given_name text,
      name text not null,
      name_key text collate "C" not null generated always as (lower(name)) stored,
      hostname text not null,
      os_name text,
      os_version text,
      architecture text not null,
      machine_fingerprint text,
      agent_version text not null,
      can_install boolean not null,
      cannot_install_reason text,
      requires_reboot boolean,
      registered_at timestamptz not null,
      retired_at timestamptz,
      version int not null
    )`);
    this.addSql("create index agents_name on agents (name_key, id)");
    this.addSql("create index agents_registered_at on agents (registered_at, id)");
    // Hashes only, never an event. No foreign key: a rebuild of the agents must not touch them.
    this.addSql(`create table agent_credentials (
      id uuid primary key,
      agent_id uuid not null,
      parent_id uuid,
      access_hash bytea not null unique,
      access_expires_at timestamptz not null,
      refresh_hash bytea not null unique,
      refresh_expires_at timestamptz not null,
      used_at timestamptz,
      replaced_at timestamptz,
      revoked_at timestamptz
    )`);
    this.addSql("create index agent_credentials_agent on agent_credentials (agent_id)");
    this.addSql("create index agent_credentials_parent on agent_credentials (parent_id)");
  }

  /** Written every few minutes by every agent: narrow, and no index on the times, so that updates stay HOT. */
  private presence(): void {
    this.addSql(`create table agent_presence (
      agent_id uuid primary key,
      last_seen_at timestamptz,
      interval_seconds int not null,
      scan_interval_seconds int not null
    ) with (fillfactor = 50)`);
    this.addSql(`create table source_presence (
      agent_id uuid not null,
      source text not null,
      confirmed_at timestamptz,
      primary key (agent_id, source)
    ) with (fillfactor = 50)`);
  }

  private scans(): void {
    this.addSql(`create table scans (
      id uuid primary key,
      agent_id uuid not null references agents (id) deferrable,
      source text not null,
      scan_number bigint not null,
      status text not null check (status in ('COMPLETE', 'PARTIAL', 'FAILED', 'UNSUPPORTED')),
      started_at timestamptz not null,
      finished_at timestamptz not null,
      recorded_at timestamptz not null,
      digest text not null,
      version_scheme text not null,
      update_count int not null,
      index_age_seconds int,
      warnings jsonb not null,
      failure_code text,
      failure_message text,
      command_id uuid,
      unique (agent_id, source, scan_number)
    )`);
    this.addSql("create index scans_agent on scans (agent_id, id)");
    this.addSql(`create table coverage (
      agent_id uuid not null references agents (id) deferrable,
      source text not null,
      latest_scan_id uuid not null references scans (id) deferrable,
      latest_number bigint not null,
      status text not null,
      reason text,
      digest text,
      attempted_at timestamptz not null,
      decisive_number bigint,
      completed_at timestamptz,
      index_age_seconds int,
      pending_restarts jsonb,
      restarts_number bigint,
      primary key (agent_id, source)
    )`);
    this.addSql("create index coverage_latest_scan on coverage (latest_scan_id)");
    // What is known at this moment. A digest that a check-in confirmed says of the last scan that it still
    // holds; three scans missed are STALE. Two halves instead of an outer join, so that a condition on the
    // agent reaches both tables.
    this.addSql(`create view source_coverage as
      select c.agent_id, c.source, c.latest_scan_id, c.reason, c.index_age_seconds, t.completed_at,
        greatest(c.attempted_at, p.confirmed_at) as attempted_at,
        floor(extract(epoch from now() - t.completed_at))::int as age_seconds,
        case when c.status = 'UNSUPPORTED' then 'UNSUPPORTED'
          when c.status <> 'COMPLETE' then 'FAILED'
          when t.completed_at > now() - 3 * coalesce(a.scan_interval_seconds, 86400) * interval '1 second'
            then 'FRESH'
          else 'STALE' end as state
      from coverage c
      left join source_presence p on p.agent_id = c.agent_id and p.source = c.source
      left join agent_presence a on a.agent_id = c.agent_id
      cross join lateral (
        select case when c.status = 'COMPLETE' then greatest(c.completed_at, p.confirmed_at)
          else c.completed_at end as completed_at
      ) t
      union all
      select p.agent_id, p.source, null, null, null, null, null, null, 'NEVER'
      from source_presence p
      where not exists (select from coverage c where c.agent_id = p.agent_id and c.source = p.source)`);
  }

  private updates(): void {
    this.addSql(`create table updates (
      id uuid primary key,
      agent_id uuid not null references agents (id) deferrable,
      source text not null,
      key text not null,
      name text collate "C" not null,
      architecture text,
      installed_version text,
      candidate_version text not null,
      version_scheme text not null,
      origin text,
      kind text not null,
      severity text not null,
      urgency smallint not null generated always as (
        case severity when 'CRITICAL' then 8 when 'HIGH' then 6 when 'MEDIUM' then 4 when 'LOW' then 2 else 0 end
        + case kind when 'SECURITY' then 1 else 0 end
      ) stored,
      advisories text[] not null,
      download_bytes bigint,
      restart text not null,
      kept_back_reason text,
      release_notes_url text,
      details jsonb,
      facts_digest text not null,
      listed_number bigint not null,
      state text not null check (state in
        ('PENDING', 'APPROVED', 'REJECTED', 'INSTALLING', 'INSTALLED', 'RESTART_NEEDED', 'VERIFIED', 'FAILED',
          'ROLLED_BACK', 'CLOSED')),
      is_open boolean not null generated always as (state not in ('VERIFIED', 'CLOSED')) stored,
      closed_reason text,
      failure_code text,
      failure_message text,
      is_held_by_mark boolean not null,
      is_held_by_pin boolean not null,
      is_held_by_operator boolean not null,
      is_held boolean not null
        generated always as (is_held_by_mark or is_held_by_pin or is_held_by_operator) stored,
      hold_reason text,
      hold_set_by text,
      hold_set_at timestamptz,
      discovered_at timestamptz not null,
      changed_at timestamptz not null,
      decided_by text,
      decided_at timestamptz,
      installed_at timestamptz,
      verified_at timestamptz
    ) with (fillfactor = 85)`);
    // One open candidate per package. A constraint and not an index, since only that can wait until a rebuild
    // has put every row right.
    this.addSql(`alter table updates add constraint updates_open exclude using btree
      (agent_id with =, source with =, key with =) where (is_open) deferrable`);
    this.addSql("create index updates_package on updates (agent_id, source, key)");
    this.addSql("create index updates_urgency on updates (urgency, id) where is_open");
    this.addSql("create index updates_name on updates (name, id) where is_open");
    this.addSql("create index updates_discovered_at on updates (discovered_at, id) where is_open");
    // A hold is about a package of a machine, so it outlives the candidate that it was put on.
    this.addSql(`create table update_holds (
      agent_id uuid not null references agents (id) deferrable,
      source text not null,
      key text not null,
      reason text,
      set_by text,
      set_at timestamptz not null,
      primary key (agent_id, source, key)
    )`);
    this.addSql(`create table agent_update_counts (
      agent_id uuid primary key references agents (id) deferrable,
      total int not null,
      security int not null,
      critical int not null,
      high int not null,
      held int not null,
      restart_needed int not null
    )`);
  }
}
