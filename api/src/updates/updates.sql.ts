import type { Sql } from "../database/sql.js";
import type { ClosedReason } from "../scans/scans.events.js";
import type { UpdateState } from "./update-states.js";

/** What a decision about an update rests on. */
export interface UpdateToDecide {
  readonly id: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly isAgentRetired: boolean;
  readonly source: string;
  readonly key: string;
  readonly name: string;
  readonly candidateVersion: string;
  readonly state: UpdateState;
  readonly closedReason: ClosedReason | null;
  readonly decidedBy: string | null;
  /** Of the package: by what is known of its open candidate; null when none is open. */
  readonly isHeldByMark: boolean | null;
  readonly isHeldByPin: boolean | null;
  readonly isHeldByOperator: boolean;
  readonly holdReason: string | null;
  /** The last command about the package's mark that has not ended; null when there is none. */
  readonly pendingMark: "HOLD" | "RELEASE" | null;
}

/** Updates by plain uuid. Lock their agents' streams first when something is decided on them. */
export async function findUpdatesToDecide(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, UpdateToDecide>> {
  const rows = await sql.query<UpdateToDecide>(
    `select u.id, u.agent_id as "agentId", a.name as "agentName", a.retired_at is not null as "isAgentRetired",
       u.source, u.key, u.name, u.candidate_version as "candidateVersion", u.state,
       u.closed_reason as "closedReason", u.decided_by as "decidedBy", o.is_held_by_mark as "isHeldByMark",
       o.is_held_by_pin as "isHeldByPin", u.is_held_by_operator as "isHeldByOperator",
       u.hold_reason as "holdReason",
       (select c.type from commands c
        where c.agent_id = u.agent_id and c.source = u.source and c.type in ('HOLD', 'RELEASE')
          and c.state in ('QUEUED', 'CLAIMED', 'RUNNING') and u.key = any(c.keys)
        order by c.id desc limit 1) as "pendingMark"
     from updates u join agents a on a.id = u.agent_id
       left join updates o
         on o.agent_id = u.agent_id and o.source = u.source and o.key = u.key and o.is_open
     where u.id = any($1)`,
    [ids],
    "updates.to-decide",
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Which agents these updates are of. */
export async function findAgentsOfUpdates(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ agentId: string }>(
    `select distinct agent_id as "agentId" from updates where id = any($1)`,
    [ids],
    "updates.agents",
  );
  return rows.map(({ agentId }) => agentId);
}
