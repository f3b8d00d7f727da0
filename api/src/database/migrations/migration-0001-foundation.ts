import { Migration } from "@mikro-orm/migrations";

/** The event log: one row per stream, one per event, and nothing that changes or forgets an event. */
export class Migration0001Foundation extends Migration {
  override up(): void {
    this.addSql(`create table streams (
      stream text primary key,
      sequence bigint not null check (sequence >= 0)
    ) with (fillfactor = 70)`);
    this.addSql(`create table events (
      id uuid primary key,
      stream text not null,
      sequence bigint not null,
      type text not null,
      payload jsonb not null,
      actor jsonb not null,
      at timestamptz not null default now(),
      txid xid8 not null default pg_current_xact_id(),
      unique (stream, sequence)
    )`);
    this.addSql("create index events_txid_id on events (txid, id)");
    this.addSql("create index events_stream_id on events (stream, id)");
    this.addSql("create index events_type_id on events (type, id)");
    this.addSql(`create function refuse_event_change() returns trigger language plpgsql as $$
      begin
        if coalesce(current_setting('redflag.retention', true), '') = 'on' then
          return case when tg_op = 'DELETE' then old else new end;
        end if;
        raise exception 'events are never changed or deleted (% on %)', tg_op, tg_table_name
          using errcode = 'insufficient_privilege';
      end $$`);
    this.addSql(`create trigger events_immutable before update or delete on events
      for each row execute function refuse_event_change()`);
    this.addSql(`create function refuse_event_truncate() returns trigger language plpgsql as $$
      begin
        raise exception 'events are never truncated' using errcode = 'insufficient_privilege';
      end $$`);
    this.addSql(`create trigger events_no_truncate before truncate on events
      for each statement execute function refuse_event_truncate()`);
  }
}
