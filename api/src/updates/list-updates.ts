import { countUnknownAgents } from "../agents/unknown-agents.js";
import type { RequestContext } from "../schema/context.js";
import type { Severity } from "../scans/scans.events.js";
import { whereId, whereOneOf, whereString } from "../schema/filter-sql.js";
import { paginate, type OrderColumn, type Page } from "../schema/paginate.js";
import { sql, type SqlFragment } from "../schema/sql-fragment.js";
import { UPDATE_COLUMNS, type UpdateEntity } from "./update.entity.js";
import { toUpdate, type Update } from "./update.type.js";
import { sumCounters, whichCounter } from "./sum-counters.js";
import { openStates } from "./update-states.js";
import type { UpdateFilter, UpdatesArgs } from "./updates.inputs.js";

const columns = {
  SEVERITY: { expression: "u.urgency", type: "int2" },
  NAME: { expression: "u.name", type: "text" },
  DISCOVERED_AT: { expression: "u.discovered_at", type: "timestamptz" },
} as const;

/**
 * A page of updates, gravest first unless it is asked for otherwise: of all agents in service, or of one
 * agent whatever its state.
 */
export async function listUpdates(
  context: RequestContext,
  args: UpdatesArgs,
  agentId?: string,
): Promise<Page<Update> & { unknownAgents: () => Promise<number> }> {
  const { filter } = args;
  const { field, direction } = args.orderBy ?? { field: "SEVERITY", direction: "desc" };
  const orderBy: [OrderColumn, OrderColumn] = [
    { ...columns[field], direction },
    { expression: "u.id", type: "uuid", direction },
  ];
  const agents = agentId === undefined ? [sql`a.retired_at is null`] : [sql`a.id = ${agentId}`];
  const scope = [...agents, ...whereId("a.id", "agent", filter?.agent)];
  const page = await paginate<UpdateEntity, Update>({
    sql: context.database,
    args,
    select: UPDATE_COLUMNS,
    from: sql`updates u join agents a on a.id = u.agent_id`,
    where: [...scope, ...whereUpdates(filter)],
    orderBy,
    toNode: toUpdate,
  });
  const counted = whichCounter(filter);
  const totalCount = counted === null ? page.totalCount : () => sumCounters(context.database, counted, scope);
  const unknownAgents = () =>
    countUnknownAgents(context.database, {
      from: sql`agents a`,
      where: scope,
      sources: whereString("s.source", filter?.source),
    });
  return { ...page, totalCount, unknownAgents };
}

const open = new Set<string>(openStates);

/** As the generated column `urgency` counts, without its share for security updates. */
const urgencies = { CRITICAL: 8, HIGH: 6, MEDIUM: 4, LOW: 2, UNKNOWN: 0 } as const satisfies Record<
  Severity,
  number
>;

/** With the span of urgencies, so that the index in whose order the list comes need not be read from its start. */
function whereSeverity(severities: UpdateFilter["severities"]): SqlFragment[] {
  if (severities == null || severities.length === 0) return whereOneOf("u.severity", severities);
  const values = severities.map((severity) => urgencies[severity]);
  return [
    ...whereOneOf("u.severity", severities),
    sql`u.urgency between ${Math.min(...values)} and ${Math.max(...values) + 1}`,
  ];
}

function whereUpdates(filter: UpdateFilter | null | undefined): SqlFragment[] {
  const states = filter?.states;
  const isHeld = filter?.isHeld;
  // Said as the condition of the partial indexes wherever it is true.
  const areOpen = states == null || states.every((state) => open.has(state));
  return [
    ...(areOpen ? [sql`u.is_open`] : []),
    ...whereOneOf("u.state", states),
    ...whereString("u.source", filter?.source),
    ...whereString("u.name", filter?.name),
    ...whereOneOf("u.kind", filter?.kinds),
    ...whereSeverity(filter?.severities),
    ...(isHeld == null ? [] : [sql`u.is_held = ${isHeld}`]),
  ];
}
