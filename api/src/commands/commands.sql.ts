import type { Sql, Tx } from "../database/sql.js";
import type { CommandState } from "./command-states.js";
import { CHANGING_TYPES } from "./command-kinds.js";
import type { CommandType } from "./commands.events.js";
import { LEASE_SECONDS, MAX_ATTEMPTS } from "./command-limits.js";
import { heldInCommand, heldInPlan } from "./held-packages.js";

/** What the verbs need to know of a command in order to decide. Ids are plain uuids. */
export interface CommandHead {
  readonly id: string;
  readonly agentId: string;
  readonly type: CommandType;
  readonly source: string;
  readonly state: CommandState;
  readonly attempt: number;
  /** The attempt whose result became the state. Null until then, and when no agent's result did. */
  readonly resultAttempt: number | null;
  readonly isCancelRequested: boolean;
  /** Somebody at the machine started it without the server. */
  readonly isLocal: boolean;
  readonly planId: string | null;
  readonly updateIds: readonly string[];
  /** HOLD and RELEASE: the packages. */
  readonly keys: readonly string[];
  readonly refresh: boolean | null;
  /** ROLLBACK: the INSTALL that it takes back. Null for other types. */
  readonly rollsBack: string | null;
  readonly beginBefore: Date;
  /** When an attempt first said that it had begun. Null: none has. */
  readonly startedAt: Date | null;
}

const HEAD = `c.id, c.agent_id as "agentId", c.type, c.source, c.state, c.attempt,
  c.result_attempt as "resultAttempt", c.is_cancel_requested as "isCancelRequested", c.is_local as "isLocal",
  c.plan_id as "planId",
  c.update_ids as "updateIds", c.keys, c.refresh, c.rolls_back as "rollsBack", c.begin_before as "beginBefore",
  c.started_at as "startedAt"`;

/** The database's clock, by which all deadlines are set. */
export async function readClock(sql: Sql): Promise<Date> {
  const [row] = await sql.query<{ now: Date }>(`select clock_timestamp() as now`, [], "commands.clock");
  if (!row) throw new Error("The database did not tell its time.");
  return row.now;
}

/** The commands with these ids, oldest first. Unknown ids are left out. */
export async function findCommands(sql: Sql, ids: readonly string[]): Promise<CommandHead[]> {
  return await sql.query<CommandHead>(
    `select ${HEAD} from commands c where c.id = any($1::uuid[]) order by c.id`,
    [ids],
    "commands.find",
  );
}

/** Whether something waits to be claimed by this agent. */
export async function hasQueued(sql: Sql, agentId: string): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from commands where agent_id = $1 and state = 'QUEUED' and deadline_at > now() limit 1`,
    [agentId],
    "commands.has-queued",
  );
  return rows.length > 0;
}

/**
 * Locks what this agent may take now, oldest first. Of several commands that change the packages of one source
 * only the oldest, and none while another is in hand.
 */
export async function lockClaimable(tx: Tx, agentId: string, limit: number): Promise<CommandHead[]> {
  return await tx.query<CommandHead>(
    `select ${HEAD} from commands c
     where c.agent_id = $1 and c.state = 'QUEUED' and c.deadline_at > now()
       and exists (select from agents a where a.id = c.agent_id and a.retired_at is null)
       and (c.type not in (${CHANGING_TYPES}) or not exists (
         select from commands o
         where o.agent_id = c.agent_id and o.source = c.source and o.type in (${CHANGING_TYPES})
           and (o.state in ('CLAIMED', 'RUNNING')
             or (o.state = 'QUEUED' and o.id < c.id and o.deadline_at > now()))))
     order by c.id limit $2
     for update of c skip locked`,
    [agentId, limit],
    "commands.lock-claimable",
  );
}

/** Why an install or a rollback may no longer be begun. */
export interface Objection {
  readonly commandId: string;
  /** The package that stands in the way. */
  readonly name: string;
  /** Somebody holds it; otherwise its update is not approved any more. */
  readonly isHeld: boolean;
}

/**
 * The installs and rollbacks among these commands that may no longer be begun, each with one reason: a package that they
 * would change is held now, or one of the updates chosen for an install is not approved.
 */
export async function findObjections(tx: Tx, commandIds: readonly string[]): Promise<Objection[]> {
  return await tx.query<Objection>(
    `select c.id as "commandId", o.name, o."isHeld"
     from commands c cross join lateral (
       select name, true as "isHeld" from (${heldInPlan("c.plan_id")}) held
       union all
       select name, true from (${heldInCommand("c.rolls_back")}) held
       union all
       select name, is_held from updates
       where c.type = 'INSTALL' and id = any(c.update_ids) and (is_held or state <> 'APPROVED')
       order by "isHeld" desc, name limit 1
     ) o
     where c.id = any($1::uuid[]) and c.type in ('INSTALL', 'ROLLBACK')`,
    [commandIds],
    "commands.find-objections",
  );
}

/** Begins the leases of what was just handed over. */
export async function beginLeases(
  tx: Tx,
  agentId: string,
  commands: readonly { id: string; attempt: number }[],
): Promise<void> {
  await tx.query(
    `insert into command_leases (command_id, agent_id, attempt, expires_at)
     select id, $1, attempt, clock_timestamp() + make_interval(secs => $4)
     from unnest($2::uuid[], $3::int[]) as taken (id, attempt)
     on conflict (command_id) do update
       set agent_id = excluded.agent_id, attempt = excluded.attempt, expires_at = excluded.expires_at`,
    [agentId, commands.map(({ id }) => id), commands.map(({ attempt }) => attempt), LEASE_SECONDS],
    "commands.begin-leases",
  );
}

/** The agent is alive: its leases of these commands begin anew. */
export async function renewLeases(sql: Sql, agentId: string, commandIds: readonly string[]): Promise<void> {
  await sql.query(
    `update command_leases set expires_at = clock_timestamp() + make_interval(secs => $3)
     where command_id = any($2::uuid[]) and agent_id = $1`,
    [agentId, commandIds, LEASE_SECONDS],
    "commands.renew-leases",
  );
}

/** Nobody has these in hand any more. */
export async function endLeases(tx: Tx, commandIds: readonly string[]): Promise<void> {
  await tx.query(
    `delete from command_leases where command_id = any($1::uuid[])`,
    [commandIds],
    "commands.end-leases",
  );
}

/** A command whose time has run out. */
export interface DueCommand extends CommandHead {
  /** Its deadline passed; otherwise it is only the lease that was lost. */
  readonly isOverdue: boolean;
  readonly isAgentRetired: boolean;
  readonly hasAttemptsLeft: boolean;
}

/**
 * Commands whose deadline or lease has run out by the database's clock, oldest first. A command in hand
 * without a lease (restored from a backup, say) counts as lost. `among`: only these.
 */
export async function findDue(sql: Sql, limit: number, among?: readonly string[]): Promise<DueCommand[]> {
  return await sql.query<DueCommand>(
    `with due as (
       select id from commands where deadline_at <= now()
       union
       select c.id from commands c left join command_leases l on l.command_id = c.id and l.attempt = c.attempt
       where c.state in ('CLAIMED', 'RUNNING') and coalesce(l.expires_at <= now(), true)
     )
     select ${HEAD}, c.deadline_at <= now() as "isOverdue", a.retired_at is not null as "isAgentRetired",
       c.attempt < ${MAX_ATTEMPTS} as "hasAttemptsLeft"
     from due join commands c on c.id = due.id join agents a on a.id = c.agent_id
     where $2::uuid[] is null or c.id = any($2)
     order by c.id limit $1`,
    [limit, among ?? null],
    "commands.find-due",
  );
}
