import type { LoaderFactory } from "../schema/context.js";
import { coverageOfAgent } from "../scans/load-coverage.js";
import type { UpdateCounts } from "./update.type.js";

type CountsRow = Omit<UpdateCounts, "unknownAgents"> & { agentId: string };

const none = { total: 0, security: 0, critical: 0, high: 0, held: 0, restartNeeded: 0 };

/** The request's loader of an agent's counts. They are kept by the projectors, so that nothing is counted here. */
export const countsOfAgent: LoaderFactory<string, UpdateCounts> = (context) => async (agentIds) => {
  // Coverage first: whoever is known by then has its updates counted by the query that follows.
  const coverage = await context.loader(coverageOfAgent).loadMany([...agentIds]);
  const rows = await context.database.query<CountsRow>(
    `select agent_id as "agentId", total, security, critical, high, held,
       restart_needed as "restartNeeded"
     from agent_update_counts where agent_id = any($1)`,
    [agentIds],
    "updates.counts",
  );
  const byAgent = new Map(rows.map(({ agentId, ...counts }) => [agentId, counts]));
  return agentIds.map((agentId, index) => {
    const sources = coverage[index] ?? [];
    if (sources instanceof Error) return sources;
    const supported = sources.filter(({ state }) => state !== "UNSUPPORTED");
    const isKnown = supported.length > 0 && supported.every(({ state }) => state === "FRESH");
    return { ...none, ...byAgent.get(agentId), unknownAgents: isKnown ? 0 : 1 };
  });
};
