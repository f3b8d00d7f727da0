import { agentStream } from "../agents/agent-stream.js";
import type { Cursor } from "../events/cursor.js";
import type { LiveParts } from "./live-parts.js";

/** Why an agent is woken. */
export type WakeReason = "COMMAND_QUEUED" | "CANCEL_REQUESTED";

/** Wakes an agent. */
export interface WakeUp {
  readonly sequence: string;
  readonly occurredAt: Date;
  readonly reason: WakeReason;
}

const reasons: Readonly<Record<string, WakeReason>> = {
  "command.queued": "COMMAND_QUEUED",
  "command.requeued": "COMMAND_QUEUED",
  "command.cancel_requested": "CANCEL_REQUESTED",
};

/** Follows what one agent should be woken for. */
export async function* followWakeUps(
  parts: LiveParts,
  agentId: string,
  after: Cursor | undefined,
  signal: AbortSignal,
): AsyncGenerator<WakeUp, void> {
  const stream = agentStream(agentId);
  for await (const event of parts.feed.follow(after, signal)) {
    const reason = event.stream === stream ? reasons[event.type] : undefined;
    if (reason) yield { sequence: event.token, occurredAt: event.at, reason };
  }
}
