import type { Sql, Tx } from "../database/sql.js";
import type { AgentFacts } from "./agents.events.js";
import type { Credential } from "./credential-family.js";

/** Whose access token this is. */
export interface AccessRow {
  readonly credentialId: string;
  readonly agentId: string;
  readonly name: string;
  readonly expiresAt: Date;
  readonly isUsed: boolean;
  readonly isRevoked: boolean;
  readonly isRetired: boolean;
}

/** Looks an access token up by its hash; nothing when it is unknown. */
export async function findAccess(sql: Sql, hash: Buffer): Promise<AccessRow | undefined> {
  const [row] = await sql.query<AccessRow>(
    `select c.id as "credentialId", c.agent_id as "agentId", a.name, c.access_expires_at as "expiresAt",
       c.used_at is not null as "isUsed", c.revoked_at is not null as "isRevoked",
       a.retired_at is not null as "isRetired"
     from agent_credentials c join agents a on a.id = c.agent_id
     where c.access_hash = $1`,
    [hash],
    "agents.find-access",
  );
  return row;
}

/** Whose refresh token this is; nothing when it is unknown. */
export async function findAgentByRefresh(sql: Sql, hash: Buffer): Promise<string | undefined> {
  const [row] = await sql.query<{ agentId: string }>(
    `select agent_id as "agentId" from agent_credentials where refresh_hash = $1`,
    [hash],
    "agents.find-refresh",
  );
  return row?.agentId;
}

/** Locks and reads all credentials of an agent, oldest first. `refreshHash` marks the one that was presented. */
export async function lockCredentials(
  tx: Tx,
  agentId: string,
  refreshHash: Buffer | null,
): Promise<(Credential & { readonly isPresented: boolean })[]> {
  return await tx.query(
    `select id, parent_id as "parentId", used_at as "usedAt", replaced_at as "replacedAt",
       revoked_at as "revokedAt", refresh_expires_at as "refreshExpiresAt",
       coalesce(refresh_hash = $2, false) as "isPresented"
     from agent_credentials where agent_id = $1 order by id for update`,
    [agentId, refreshHash],
    "agents.lock-credentials",
  );
}

/** Ends all tokens of an agent. */
export async function revokeCredentials(tx: Tx, agentId: string, at: Date): Promise<void> {
  await tx.query("update agent_credentials set revoked_at = coalesce(revoked_at, $2) where agent_id = $1", [
    agentId,
    at,
  ]);
}

/** What a decision about an agent rests on. */
export interface AgentRow {
  readonly id: string;
  readonly name: string;
  readonly givenName: string | null;
  readonly version: number;
  readonly retiredAt: Date | null;
}

/** One agent; nothing when there is none. Lock its stream first when something is decided on it. */
export async function findAgent(sql: Sql, agentId: string): Promise<AgentRow | undefined> {
  const [row] = await sql.query<AgentRow>(
    `select id, name, given_name as "givenName", version, retired_at as "retiredAt" from agents where id = $1`,
    [agentId],
    "agents.find",
  );
  return row;
}

/** What an agent last told about its machine. */
export async function findFacts(sql: Sql, agentId: string): Promise<AgentFacts | undefined> {
  const [row] = await sql.query<AgentFacts>(
    `select hostname, os_name as "osName", os_version as "osVersion", architecture,
       machine_fingerprint as "machineFingerprint", agent_version as "agentVersion",
       can_install as "canInstall", cannot_install_reason as "cannotInstallReason",
       requires_reboot as "requiresReboot"
     from agents where id = $1`,
    [agentId],
    "agents.find-facts",
  );
  return row;
}

/** What the server has of one source of an agent. */
export interface KnownSource {
  readonly source: string;
  /** The digest of the latest report; null when none was made or more is wanted. */
  readonly digest: string | null;
  /** Whether the agent's check-ins have named the source before. */
  readonly isNamed: boolean;
}

/** The one look-up of a check-in. Empty `sources` and `isRetired` when the agent is unknown or gone. */
export async function findKnownSources(
  sql: Sql,
  agentId: string,
): Promise<{ isRetired: boolean; sources: readonly KnownSource[] }> {
  const rows = await sql.query<{ isRetired: boolean } & { [Key in keyof KnownSource]: KnownSource[Key] }>(
    `select a.retired_at is not null as "isRetired", s.source, s.digest, s."isNamed"
     from agents a left join lateral (
       select source, c.digest, p.agent_id is not null as "isNamed"
       from (select * from coverage where agent_id = a.id) c
       full join (select * from source_presence where agent_id = a.id) p using (source)
     ) s on true
     where a.id = $1`,
    [agentId],
    "agents.known-sources",
  );
  const sources = rows.filter(({ source }) => source !== null);
  return { isRetired: rows[0]?.isRetired ?? true, sources };
}
