import type { RequestContext } from "../schema/context.js";
import { whereOneOf, whereString } from "../schema/filter-sql.js";
import { paginate, type OrderColumn, type Page } from "../schema/paginate.js";
import { rawSql, sql, type SqlFragment } from "../schema/sql-fragment.js";
import { AGENT_COLUMNS, type AgentEntity } from "./agent.entity.js";
import { toAgent, type Agent } from "./agent.type.js";
import { agentStateSql } from "./agent-state.js";
import type { AgentFilter, AgentsArgs } from "./agents.inputs.js";
import { countUnknownAgents } from "./unknown-agents.js";

const FROM = sql`agents a left join agent_presence p on p.agent_id = a.id`;

const columns = {
  NAME: { expression: "a.name_key", type: "text" },
  REGISTERED_AT: { expression: "a.registered_at", type: "timestamptz" },
} as const;

/** A page of agents: those in service, by name, unless it is asked for otherwise. */
export async function listAgents(
  context: RequestContext,
  args: AgentsArgs,
): Promise<Page<Agent> & { unknownAgents: () => Promise<number> }> {
  const where = whereAgents(args.filter);
  const { field, direction } = args.orderBy ?? { field: "NAME", direction: "asc" };
  const orderBy: [OrderColumn, OrderColumn] = [
    { ...columns[field], direction },
    { expression: "a.id", type: "uuid", direction },
  ];
  const page = await paginate<AgentEntity, Agent>({
    sql: context.database,
    args,
    select: AGENT_COLUMNS,
    from: FROM,
    where,
    orderBy,
    toNode: toAgent,
  });
  return { ...page, unknownAgents: () => countUnknownAgents(context.database, { from: FROM, where }) };
}

function whereAgents(filter: AgentFilter | null | undefined): SqlFragment[] {
  const states = filter?.states;
  // Asked for as a condition on the column, so that the usual list needs no presence to be filtered.
  const inService = rawSql("a.retired_at is null");
  return [
    ...(states == null ? [inService] : whereOneOf(`(${agentStateSql("a", "p")})`, states)),
    ...whereString("a.name", filter?.name),
    ...whereString("a.os_name", filter?.osName),
  ];
}
