import type { LoaderFactory } from "../schema/context.js";
import type { PendingRestart } from "./pending-restart.type.js";
import type { PendingRestart as Recorded } from "./scans.events.js";

interface RestartsRow {
  agentId: string;
  source: string;
  restarts: Recorded[];
}

/** The request's loader of what must restart on an agent, by name of the source; null when no source knows. */
export const restartsOfAgent: LoaderFactory<string, readonly PendingRestart[] | null> =
  (context) => async (agentIds) => {
    const rows = await context.database.query<RestartsRow>(
      `select agent_id as "agentId", source, pending_restarts as restarts
       from coverage where agent_id = any($1) and pending_restarts is not null order by source`,
      [agentIds],
      "scans.restarts",
    );
    const byAgent = Map.groupBy(rows, ({ agentId }) => agentId);
    return agentIds.map((id) => byAgent.get(id)?.flatMap(toRestarts) ?? null);
  };

function toRestarts({ source, restarts }: RestartsRow): PendingRestart[] {
  return restarts.map(({ kind, name, keys, reason }) => ({ source, kind, name, packages: keys, reason }));
}
