import type { InjectionToken } from "tsyringe";
import type { EventBus } from "../events/event-bus.js";

/** The service's token. */
export const COMMAND_PROGRESS_HINTS: InjectionToken<CommandProgressHints> = Symbol("CommandProgressHints");

const INTERVAL_MS = 150;

/**
 * Says that commands have new progress or output, which are no events. In this process at once and by id; to
 * the others by an empty wake of the bus, at most once per interval. A hint only: the truth is in the tables.
 */
export class CommandProgressHints {
  readonly #bus: EventBus;
  readonly #listeners = new Set<(commandId: string) => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  /** Hears plain ids of commands. Returns how to stop. */
  onProgress(listener: (commandId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Something of this command was stored. */
  announce(commandId: string): void {
    for (const listener of this.#listeners) listener(commandId);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#bus.publish([]);
    }, INTERVAL_MS).unref();
  }

  /** Forgets an announcement that is due. */
  close(): void {
    clearTimeout(this.#timer);
  }
}
