import { agentOfStream } from "../agents/agent-stream.js";
import type { AgentHints } from "../agents/agent-hints.js";
import { encodeCursor, type Cursor } from "../events/cursor.js";
import type { LiveParts } from "./live-parts.js";

/** One agent changed. */
export interface AgentChange {
  readonly sequence: string;
  readonly occurredAt: Date;
  /** Plain uuid. */
  readonly agentId: string;
}

/** Events after which an agent or its coverage is different. */
const telling: ReadonlySet<string> = new Set([
  "agent.registered",
  "agent.facts_changed",
  "agent.renamed",
  "agent.retired",
  "scan.recorded",
]);

/**
 * Follows changes of agents, of one when `agentId` is given. Going silent and coming back are no events: they
 * come with the sequence of the last event and are not told again after a reconnect.
 */
export async function* followAgents(
  parts: LiveParts,
  agentId: string | null,
  after: Cursor | undefined,
  signal: AbortSignal,
): AsyncGenerator<AgentChange, void> {
  const hints = new PendingHints(parts.agentHints, agentId);
  const events = parts.feed.follow(after, signal);
  let sequence = encodeCursor(after ?? parts.feed.position);
  try {
    let next = events.next();
    for (;;) {
      const arrived = await Promise.race([next, hints.arrived()]);
      for (const hinted of hints.take()) yield { sequence, occurredAt: new Date(), agentId: hinted };
      if (arrived === undefined) continue;
      if (arrived.done) return;
      next = events.next();
      const event = arrived.value;
      sequence = event.token;
      if (!telling.has(event.type)) continue;
      const changed = agentOfStream(event.stream);
      if (agentId === null || changed === agentId) yield { sequence, occurredAt: event.at, agentId: changed };
    }
  } finally {
    hints.stop();
    await events.return();
  }
}

/** Agents that changed without an event, each once until it is told. */
class PendingHints {
  readonly #ids = new Set<string>();
  readonly #stop: () => void;
  #wake: (() => void) | undefined;
  #waiting: Promise<undefined> | undefined;

  constructor(hints: AgentHints, only: string | null) {
    this.#stop = hints.onChanged((ids) => {
      for (const id of ids) if (only === null || id === only) this.#ids.add(id);
      if (this.#ids.size > 0) this.#wake?.();
    });
  }

  /** Settles when there is something to take. */
  arrived(): Promise<undefined> {
    if (this.#ids.size > 0) return Promise.resolve(undefined);
    this.#waiting ??= new Promise((resolve) => {
      this.#wake = () => {
        this.#waiting = undefined;
        this.#wake = undefined;
        resolve(undefined);
      };
    });
    return this.#waiting;
  }

  take(): string[] {
    const ids = [...this.#ids];
    this.#ids.clear();
    return ids;
  }

  stop(): void {
    this.#stop();
  }
}
