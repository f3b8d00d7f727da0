import type { CommandsInHand } from "../agents/commands-in-hand.js";
import type { Database } from "../database/database.js";
import { hasQueued, renewLeases } from "./commands.sql.js";

/** What a check-in needs to know of the agent's commands. */
export function commandsInHand(database: Database): CommandsInHand {
  return {
    renewLeases: (agentId, commandIds) => renewLeases(database, agentId, commandIds),
    async cancelled(agentId, commandIds) {
      const rows = await database.query<{ id: string }>(
        `select id from commands
         where id = any($2::uuid[]) and agent_id = $1 and (is_cancel_requested or state = 'CANCELLED')
         order by id`,
        [agentId, commandIds],
        "commands.cancelled-in-hand",
      );
      return rows.map(({ id }) => id);
    },
    hasQueued: (agentId) => hasQueued(database, agentId),
    async hasInHand(agentId) {
      const rows = await database.query(
        `select 1 from commands where agent_id = $1 and state in ('CLAIMED', 'RUNNING') limit 1`,
        [agentId],
        "commands.has-in-hand",
      );
      return rows.length > 0;
    },
  };
}
