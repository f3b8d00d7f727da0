import type { Caller } from "../access/caller.js";
import type { Clock } from "../clock.js";
import { revokeCredentials } from "./agents.sql.js";
import { editAgent, type AgentEdit, type EditParts } from "./edit-agent.js";
import { agentEvents } from "./project-agents.js";

/** What retiring works with. */
export interface RetireParts extends EditParts {
  readonly clock: Clock;
  /** Hears that all tokens of an agent ended. */
  readonly onRevoked: (agentId: string) => void;
}

/**
 * Takes an agent out of service for good: renewing is refused, and its access token lives only until the
 * commands that it has in hand have ended. Its history stays. Retiring twice changes nothing. Throws what
 * `editAgent` throws.
 */
export async function retireAgent(parts: RetireParts, caller: Caller, input: AgentEdit): Promise<string> {
  return await editAgent(parts, caller, input, async (agent, tx) => {
    if (agent.retiredAt !== null) return null;
    await revokeCredentials(tx, agent.id, new Date(parts.clock()));
    tx.afterCommit(() => parts.onRevoked(agent.id));
    return agentEvents.of("agent.retired", {});
  });
}
