import { agentOfStream } from "../agents/agent-stream.js";
import { encodeCursor, type Cursor } from "../events/cursor.js";
import type { SequencedEvent } from "../events/read-after.js";
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
  const bell = new Bell();
  const hinted = new Set<string>();
  const stopHearing = parts.agentHints.onChanged((ids) => {
    for (const id of ids) if (agentId === null || id === agentId) hinted.add(id);
    if (hinted.size > 0) bell.ring();
  });
  const events = new Lookout(parts.feed.follow(after, signal), bell);
  let sequence = encodeCursor(after ?? parts.feed.position);
  try {
    for (;;) {
      await bell.heard();
      for (const id of hinted) {
        hinted.delete(id);
        yield { sequence, occurredAt: new Date(), agentId: id };
      }
      const arrived = events.take();
      if (arrived === undefined) continue;
      if (arrived.done) return;
      const event = arrived.value;
      sequence = event.token;
      if (!telling.has(event.type)) continue;
      const changed = agentOfStream(event.stream);
      if (agentId === null || changed === agentId) yield { sequence, occurredAt: event.at, agentId: changed };
    }
  } finally {
    stopHearing();
    await events.close();
  }
}

/** Wakes the one who listens. A ring that nobody hears is kept; many rings are one. */
class Bell {
  #isRung = false;
  #wake = (): void => {};

  ring(): void {
    this.#isRung = true;
    this.#wake();
  }

  async heard(): Promise<void> {
    if (!this.#isRung) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#isRung = false;
  }
}

type Arrival = IteratorResult<SequencedEvent, void>;

/**
 * Looks one event ahead and rings when it is there. Not `Promise.race`: that leaves something behind at the
 * promise that loses, for as long as it is pending, and a failure would meet nobody while the reader is busy.
 */
class Lookout {
  readonly #events: AsyncGenerator<SequencedEvent, void>;
  readonly #bell: Bell;
  #take: (() => Arrival) | undefined;

  constructor(events: AsyncGenerator<SequencedEvent, void>, bell: Bell) {
    this.#events = events;
    this.#bell = bell;
    this.#look();
  }

  /** What has arrived; nothing when nothing has. Throws what following the log threw. */
  take(): Arrival | undefined {
    const arrived = this.#take?.();
    if (arrived === undefined) return undefined;
    this.#take = undefined;
    if (!arrived.done) this.#look();
    return arrived;
  }

  async close(): Promise<void> {
    await this.#events.return();
  }

  #look(): void {
    const arrive = (take: () => Arrival): void => {
      this.#take = take;
      this.#bell.ring();
    };
    this.#events.next().then(
      (arrival) => arrive(() => arrival),
      (error: unknown) =>
        arrive(() => {
          throw error;
        }),
    );
  }
}
