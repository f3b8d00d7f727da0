import type { Sql } from "../database/sql.js";

const RECOUNT = `
  insert into agent_update_counts (agent_id, total, security, critical, high, held, restart_needed)
  select $1::uuid, count(*), count(*) filter (where kind = 'SECURITY'),
    count(*) filter (where severity = 'CRITICAL'), count(*) filter (where severity = 'HIGH'),
    count(*) filter (where is_held), count(*) filter (where state = 'RESTART_NEEDED')
  from updates where agent_id = $1 and is_open
  on conflict (agent_id) do update set total = excluded.total, security = excluded.security,
    critical = excluded.critical, high = excluded.high, held = excluded.held, restart_needed = excluded.restart_needed`;

/** Counts one agent's open updates anew, so that an overview reads one row per agent. For projectors. */
export async function recountUpdates(sql: Sql, agentId: string): Promise<void> {
  await sql.query(RECOUNT, [agentId], "updates.recount");
}
