import { uuidv7 } from "uuidv7";
import type { Clock } from "../clock.js";
import type { Database } from "../database/database.js";
import { inTransaction } from "../database/unit-of-work.js";
import type { EventLog } from "../events/append.js";
import type { Actor } from "../events/event.js";
import type { RandomBytes } from "../random-bytes.js";
import { encodeId } from "../schema/global-id.js";
import type { ClaimSeat } from "../tokens/claim-seat.js";
import { agentStream } from "./agent-stream.js";
import { cleanFacts, type RawFacts } from "./clean-facts.js";
import type { InventorySettings } from "./inventory-settings.js";
import { issueCredentials, type AgentCredentials } from "./issue-credentials.js";
import { agentEvents } from "./project-agents.js";

/** What registering works with. */
export interface RegisterParts {
  readonly database: Database;
  readonly events: EventLog;
  readonly claimSeat: ClaimSeat;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly settings: InventorySettings;
}

/**
 * Enrols a machine as a new agent, whatever it says about itself: a machine fingerprint that another agent
 * has is shown, and never lets one agent take another's place. The seat is taken in the same transaction.
 * Answers with the agent's plain uuid. Throws what `claimSeat` and `cleanFacts` throw.
 */
export async function registerAgent(
  parts: RegisterParts,
  input: { registrationToken: string; facts: RawFacts },
): Promise<{ agentId: string; credentials: AgentCredentials }> {
  const { database, events, claimSeat, clock, randomBytes, settings } = parts;
  const facts = cleanFacts(input.facts);
  return await inTransaction(database, async (tx) => {
    const agentId = uuidv7();
    const actor: Actor = { kind: "agent", id: encodeId("agent", agentId), name: facts.hostname };
    const { registrationTokenId } = await claimSeat(tx, input.registrationToken, { agentId, actor });
    const registered = agentEvents.of("agent.registered", { facts, registrationTokenId });
    await events.append(tx, agentStream(agentId), [registered], actor);
    await tx.query(
      "insert into agent_presence (agent_id, interval_seconds, scan_interval_seconds) values ($1, $2, $3)",
      [agentId, settings.checkInIntervalSeconds, settings.scanIntervalSeconds],
    );
    const now = new Date(clock());
    return {
      agentId,
      credentials: await issueCredentials(tx, { agentId, parentId: null, now, randomBytes }),
    };
  });
}
