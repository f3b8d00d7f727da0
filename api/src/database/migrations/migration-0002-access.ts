import { Migration } from "@mikro-orm/migrations";

/**
 * Operators and tokens, and beside them, in tables of their own that no projector writes, what proves who
 * somebody is. Of every secret only a hash is kept.
 */
export class Migration0002Access extends Migration {
  override up(): void {
    this.addSql(`create table operators (
      id uuid primary key,
      name text not null,
      name_key text not null,
      role text not null check (role in ('viewer', 'operator', 'admin')),
      added_at timestamptz not null,
      last_logged_in_at timestamptz,
      removed_at timestamptz
    )`);
    this.addSql("create unique index operators_name_key on operators (name_key) where removed_at is null");
    this.addSql(`create table operator_passwords (
      operator_id uuid primary key references operators deferrable,
      hash text not null
    )`);
    this.addSql(`create table sessions (
      id uuid primary key,
      operator_id uuid not null references operators deferrable,
      secret_hash bytea not null unique,
      started_at timestamptz not null,
      used_at timestamptz not null,
      expires_at timestamptz not null,
      ends_at timestamptz not null
    )`);
    this.addSql("create index sessions_operator_id on sessions (operator_id)");
    this.addSql("create index sessions_expires_at on sessions (expires_at)");
    this.addSql(`create table api_tokens (
      id uuid primary key,
      name text not null,
      scopes text[] not null,
      added_at timestamptz not null,
      expires_at timestamptz not null,
      revoked_at timestamptz
    )`);
    this.addSql(`create table api_token_secrets (
      api_token_id uuid primary key references api_tokens deferrable,
      secret_hash bytea not null unique,
      used_at timestamptz
    )`);
    this.addSql(`create table registration_tokens (
      id uuid primary key,
      name text not null,
      seats integer not null check (seats > 0),
      used_seats integer not null check (used_seats between 0 and seats),
      added_at timestamptz not null,
      expires_at timestamptz not null,
      revoked_at timestamptz
    )`);
    this.addSql(`create table registration_token_secrets (
      registration_token_id uuid primary key references registration_tokens deferrable,
      secret_hash bytea not null unique
    )`);
  }
}
