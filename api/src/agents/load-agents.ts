import type { LoaderFactory, RequestContext } from "../schema/context.js";
import { AgentEntity } from "./agent.entity.js";
import { toAgent, type Agent } from "./agent.type.js";

/** Agents by plain uuid, in the order asked for; null where there is none. Retired ones are found, too. */
export async function loadAgents(ids: readonly string[], context: RequestContext): Promise<(Agent | null)[]> {
  const found = await context.em.find(AgentEntity, { id: { $in: [...ids] } });
  const byId = new Map(found.map((entity) => [entity.id, toAgent(entity)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** The request's loader of agents: `context.loader(agentById).load(uuid)`. */
export const agentById: LoaderFactory<string, Agent | null> = (context) => (ids) => loadAgents(ids, context);

/** An agent that a foreign key vouches for. */
export async function loadAgent(context: RequestContext, id: string): Promise<Agent> {
  const agent = await context.loader(agentById).load(id);
  if (!agent) throw new Error(`The agent ${id} does not exist, although something refers to it.`);
  return agent;
}
