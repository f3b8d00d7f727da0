import type { RequestContext } from "../schema/context.js";
import { whereBetween, whereId, whereOneOf } from "../schema/filter-sql.js";
import { paginate, type Page } from "../schema/paginate.js";
import { sql, type SqlFragment } from "../schema/sql-fragment.js";
import type { Command } from "./command.type.js";
import type { CommandsArgs } from "./commands.args.js";
import { commandLoader } from "./load-commands.js";

/** One page of commands, newest first: of all agents, or of one. */
export async function listCommands(
  context: RequestContext,
  args: CommandsArgs,
  agentId?: string,
): Promise<Page<Command>> {
  const { filter } = args;
  const ofAgent: SqlFragment[] = agentId === undefined ? [] : [sql`c.agent_id = ${agentId}`];
  const page = await paginate<{ id: string }, string>({
    sql: context.database,
    args,
    select: "c.id",
    from: sql`commands c`,
    where: [
      ...ofAgent,
      ...whereId("c.agent_id", "agent", filter?.agent),
      ...whereOneOf("c.type", filter?.types),
      ...whereOneOf("c.state", filter?.states),
      ...whereBetween("c.requested_at", filter?.requestedAt),
    ],
    orderBy: [{ expression: "c.id", type: "uuid", direction: "desc" }],
    toNode: ({ id }) => id,
  });
  const nodes = await loadAll(context, page.nodes);
  const edges = page.edges.map((edge, index) => ({ ...edge, node: nodes[index] as Command }));
  return { ...page, edges, nodes };
}

async function loadAll(context: RequestContext, ids: readonly string[]): Promise<Command[]> {
  const commands = await Promise.all(ids.map((id) => context.loader(commandLoader).load(id)));
  return commands.filter((command) => command !== null);
}
