import type { Sql } from "../database/sql.js";
import type { ClosedReason } from "../scans/scans.events.js";
import type { UpdateState } from "./update-states.js";

/** What a decision about an update rests on. */
export interface UpdateToDecide {
  readonly id: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly isAgentRetired: boolean;
  readonly name: string;
  readonly candidateVersion: string;
  readonly state: UpdateState;
  readonly closedReason: ClosedReason | null;
  readonly decidedBy: string | null;
  readonly isHeldOnMachine: boolean;
  readonly isHeldByOperator: boolean;
  readonly holdReason: string | null;
}

/** Updates by plain uuid. Lock their agents' streams first when something is decided on them. */
export async function findUpdatesToDecide(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, UpdateToDecide>> {
  const rows = await sql.query<UpdateToDecide>(
    `select u.id, u.agent_id as "agentId", a.name as "agentName", a.retired_at is not null as "isAgentRetired",
       u.name, u.candidate_version as "candidateVersion", u.state, u.closed_reason as "closedReason",
       u.decided_by as "decidedBy", u.is_held_on_machine as "isHeldOnMachine",
       u.is_held_by_operator as "isHeldByOperator", u.hold_reason as "holdReason"
     from updates u join agents a on a.id = u.agent_id
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
