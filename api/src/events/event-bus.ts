import type { Log } from "../database/log.js";
import type { RecordedEvent } from "./event.js";

/**
 * Tells this process what was committed. `events` carries this process's own events, right after their
 * commit; `wake` only says "look at the log again" and fires for events of any process, after a reconnect
 * too. Nothing correct may rest on `events` alone: another process's events never pass here.
 */
export class EventBus {
  readonly #eventListeners = new Set<(events: readonly RecordedEvent[]) => void>();
  readonly #wakeListeners = new Set<() => void>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Hears events committed by this process. Returns how to stop. */
  onEvents(listener: (events: readonly RecordedEvent[]) => void): () => void {
    this.#eventListeners.add(listener);
    return () => void this.#eventListeners.delete(listener);
  }

  /** Hears that the log may have grown. Returns how to stop. */
  onWake(listener: () => void): () => void {
    this.#wakeListeners.add(listener);
    return () => void this.#wakeListeners.delete(listener);
  }

  /** Announces committed events, then wakes. */
  publish(events: readonly RecordedEvent[]): void {
    for (const listener of this.#eventListeners) this.#call(() => listener(events));
    this.wake();
  }

  /** Says that the log may have grown. */
  wake(): void {
    for (const listener of this.#wakeListeners) this.#call(listener);
  }

  #call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#log.error({ err: error }, "A listener of the event bus failed");
    }
  }
}
