import { isDeepStrictEqual } from "node:util";
import { actorOf, type AgentCaller } from "../access/caller.js";
import { inTransaction } from "../database/unit-of-work.js";
import { lockStreams } from "../events/lock-streams.js";
import { agentStream } from "./agent-stream.js";
import type { AgentFacts } from "./agents.events.js";
import { findFacts } from "./agents.sql.js";
import type { EditParts } from "./edit-agent.js";
import { agentEvents } from "./project-agents.js";

/** Records what an agent tells about its machine, if it differs from what it told before. */
export async function changeFacts(parts: EditParts, agent: AgentCaller, facts: AgentFacts): Promise<void> {
  const isKnown = (known: AgentFacts | undefined): boolean =>
    !known || isDeepStrictEqual({ ...known }, facts);
  if (isKnown(await findFacts(parts.database, agent.id))) return;
  await inTransaction(parts.database, async (tx) => {
    await lockStreams(tx, [agentStream(agent.id)]);
    if (isKnown(await findFacts(tx, agent.id))) return;
    const changed = agentEvents.of("agent.facts_changed", { facts });
    await parts.events.append(tx, agentStream(agent.id), [changed], actorOf(agent));
  });
}
