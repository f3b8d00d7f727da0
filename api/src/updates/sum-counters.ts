import type { Sql } from "../database/sql.js";
import { joinSql, rawSql, renderSql, sql, type SqlFragment } from "../schema/sql-fragment.js";
import type { UpdateFilter } from "./updates.inputs.js";

const counters = ["total", "security", "critical", "high", "held", "restart_needed"] as const;
type Counter = (typeof counters)[number];

/**
 * The counter that the projectors keep for exactly this filter, whatever agents it names; null when the
 * updates have to be counted one by one.
 */
export function whichCounter(filter: UpdateFilter | null | undefined): Counter | null {
  const members = Object.entries(filter ?? {}).filter(([name, value]) => name !== "agent" && value != null);
  const [member] = members;
  if (!member) return "total";
  if (members.length > 1) return null;
  switch (JSON.stringify(member)) {
    case '["kinds",["SECURITY"]]':
      return "security";
    case '["severities",["CRITICAL"]]':
      return "critical";
    case '["severities",["HIGH"]]':
      return "high";
    case '["isHeld",true]':
      return "held";
    case '["states",["RESTART_NEEDED"]]':
      return "restart_needed";
    default:
      return null;
  }
}

/** Sums it over the agents (alias `a`) of a scope: one row per agent, however many updates there are. */
export async function sumCounters(db: Sql, counter: Counter, scope: readonly SqlFragment[]): Promise<number> {
  const { text, values } = renderSql(
    sql`select coalesce(sum(c.${rawSql(counter)}), 0)::bigint as total
      from agents a join agent_update_counts c on c.agent_id = a.id
      where ${joinSql(scope, " and ", "true")}`,
  );
  const [row] = await db.query<{ total: number }>(text, values);
  return row?.total ?? 0;
}
