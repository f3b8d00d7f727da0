import type { Sql } from "../database/sql.js";
import { heldInPlan } from "../commands/held-packages.js";
import type { PlanContents, PlannedItem } from "../commands/plans-of-commands.js";

interface ContentsRow {
  readonly id: string;
  readonly digest: string | null;
  readonly expiresAt: Date | null;
  readonly items: PlannedItem[];
  readonly alsoInstalls: PlannedItem[];
  readonly alsoRemoves: PlannedItem[];
  readonly token: string | null;
  readonly updates: PlanContents["updates"];
}

/** What plans hold for their commands, by plain plan id. */
export async function planContents(
  sql: Sql,
  planIds: readonly string[],
): Promise<ReadonlyMap<string, PlanContents>> {
  if (planIds.length === 0) return new Map();
  const rows = await sql.query<ContentsRow>(
    `select p.id, p.digest, p.expires_at as "expiresAt", p.items, p.also_installs as "alsoInstalls",
       p.also_removes as "alsoRemoves", p.token,
       (select json_agg(json_build_object('updateId', u.update_id, 'key', u.key,
           'candidateVersion', u.candidate_version) order by u.key)
         from plan_updates u where u.plan_id = p.id) as updates
     from plans p where p.id = any($1::uuid[])`,
    [planIds],
    "plans.contents",
  );
  return new Map(
    rows.map(({ updates, digest, expiresAt, ...plan }) => {
      const transaction = digest !== null && expiresAt !== null ? { ...plan, digest, expiresAt } : null;
      return [plan.id, { updates, transaction }];
    }),
  );
}

/** How far a plan has come, EXPIRED by the database's clock. */
export type PlanState = "RESOLVING" | "READY" | "FAILED" | "EXPIRED" | "STARTED";

/** SQL for a plan's state as people see it. The arguments are SQL expressions of the program's own. */
export function planStateSql(state: string, expiresAt: string): string {
  return `case when ${state} = 'READY' and ${expiresAt} <= now() then 'EXPIRED' else ${state} end`;
}

/** What installPlans needs to know in order to decide. */
export interface PlanHead {
  readonly id: string;
  readonly agentId: string;
  readonly source: string;
  readonly state: PlanState;
  readonly digest: string | null;
  readonly expiresAt: Date | null;
  readonly removalCount: number;
  readonly blockers: readonly { code: string; message: string }[];
  readonly agentName: string;
  readonly isAgentRetired: boolean;
  readonly canInstall: boolean;
  readonly cannotInstallReason: string | null;
  /** A package of the whole transaction that somebody holds; null when there is none. */
  readonly heldPackage: string | null;
  readonly updates: readonly PlannedUpdate[];
}

/** An update of a plan as it is now. */
export interface PlannedUpdate {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly isHeld: boolean;
  readonly decidedBy: string | null;
  /** RFC 3339. */
  readonly decidedAt: string | null;
  /** Whether an install of it waits or runs already. */
  readonly isInstalling: boolean;
}

/** The plans with these ids, with their agents and updates as they are now. Unknown ids are left out. */
export async function findPlans(sql: Sql, ids: readonly string[]): Promise<PlanHead[]> {
  return await sql.query<PlanHead>(
    `select p.id, p.agent_id as "agentId", p.source, ${planStateSql("p.state", "p.expires_at")} as state, p.digest,
       p.expires_at as "expiresAt", jsonb_array_length(p.also_removes) as "removalCount", p.blockers,
       a.name as "agentName", a.retired_at is not null as "isAgentRetired", a.can_install as "canInstall",
       a.cannot_install_reason as "cannotInstallReason",
       (select min(name) from (${heldInPlan("p.id")}) held) as "heldPackage",
       (select json_agg(json_build_object('id', u.id, 'name', u.name, 'state', u.state, 'isHeld', u.is_held,
           'decidedBy', u.decided_by,
           'decidedAt', to_char(u.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'isInstalling', exists (select from commands c
             where c.agent_id = p.agent_id and c.type = 'INSTALL'
               and c.state in ('QUEUED', 'CLAIMED', 'RUNNING') and u.id = any(c.update_ids))
         ) order by u.name)
         from plan_updates w join updates u on u.id = w.update_id where w.plan_id = p.id) as updates
     from plans p join agents a on a.id = p.agent_id
     where p.id = any($1::uuid[])`,
    [ids],
    "plans.find",
  );
}

/** An update that somebody wants planned. */
export interface WantedUpdate {
  readonly id: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly isAgentRetired: boolean;
  readonly source: string;
  readonly key: string;
  readonly name: string;
  readonly candidateVersion: string;
  readonly state: string;
  readonly isHeld: boolean;
}

/** The updates with these ids. Unknown ids are left out. */
export async function findWanted(sql: Sql, ids: readonly string[]): Promise<WantedUpdate[]> {
  return await sql.query<WantedUpdate>(
    `select u.id, u.agent_id as "agentId", a.name as "agentName", a.retired_at is not null as "isAgentRetired",
       u.source, u.key, u.name, u.candidate_version as "candidateVersion", u.state, u.is_held as "isHeld"
     from updates u join agents a on a.id = u.agent_id where u.id = any($1::uuid[])`,
    [ids],
    "plans.wanted",
  );
}
