import type { CommandProgressHints } from "../commands/command-progress-hints.js";
import type { Log } from "../database/log.js";
import type { Sql } from "../database/sql.js";
import type { EventBus } from "../events/event-bus.js";

/** What the watch looks at and is woken by. */
export interface CommandWatchParts {
  readonly sql: Sql;
  readonly bus: EventBus;
  readonly hints: CommandProgressHints;
  readonly log: Log;
  /** At most one look in this time. Default 100 ms. */
  readonly intervalMs?: number;
  /** Looks this often even when nobody wakes it. Default 5000 ms. */
  readonly pollMs?: number;
}

interface Watched {
  watchers: number;
  fingerprint: string | undefined;
  /** Counts the changes that were seen. */
  generation: number;
  waiting: Set<() => void>;
}

/** One watcher's hold on a command. */
export interface WatchHandle {
  /** Counts the changes that were seen; remember it before reading, hand it to `changed` afterwards. */
  readonly generation: number;
  /** Settles when something changed since then, or on abort. */
  changed(since: number, signal: AbortSignal): Promise<void>;
  /** Lets go. */
  release(): void;
}

/** SQL for a text that differs whenever a command or its output does; over `commands c`, `command_progress p`. */
export const COMMAND_FINGERPRINT = `concat_ws(' ', c.state, c.attempt, c.is_cancel_requested, p.occurred_at,
    (select max(sequence) from command_output o where o.command_id = c.id))`;

const FINGERPRINTS = `
  select c.id, ${COMMAND_FINGERPRINT} as fingerprint
  from commands c left join command_progress p on p.command_id = c.id
  where c.id = any($1::uuid[])`;

/**
 * Notices that commands moved, in whatever process, for any number of watchers at the price of one small query
 * per interval, and of none while nothing happens.
 */
export class CommandWatch {
  readonly #parts: CommandWatchParts;
  readonly #watched = new Map<string, Watched>();
  readonly #stopHearing: readonly (() => void)[];
  #timer: NodeJS.Timeout | undefined;
  #lookedAt = -Infinity;
  #looking: Promise<void> | undefined;
  #isDue = false;
  #isClosed = false;

  constructor(parts: CommandWatchParts) {
    this.#parts = parts;
    this.#stopHearing = [
      parts.bus.onWake(() => this.#wake()),
      parts.hints.onProgress((id) => this.#watched.has(id) && this.#wake()),
    ];
  }

  /** Begins to watch a command, by its plain id. */
  open(commandId: string): WatchHandle {
    const watched = this.#watched.get(commandId) ?? {
      watchers: 0,
      fingerprint: undefined,
      generation: 0,
      waiting: new Set(),
    };
    this.#watched.set(commandId, watched);
    watched.watchers += 1;
    this.#wake();
    let isReleased = false;
    return {
      get generation() {
        return watched.generation;
      },
      changed: (since, signal) => waitFor(watched, since, signal),
      release: () => {
        if (isReleased) return;
        isReleased = true;
        watched.watchers -= 1;
        if (watched.watchers === 0) this.#watched.delete(commandId);
      },
    };
  }

  /** How many commands are being watched. */
  get size(): number {
    return this.#watched.size;
  }

  /** Stops looking. Who still waits is ended by its own signal. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const stop of this.#stopHearing) stop();
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #wake(): void {
    this.#isDue = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isClosed || this.#looking || this.#watched.size === 0) return;
    clearTimeout(this.#timer);
    const { intervalMs = 100, pollMs = 5_000 } = this.#parts;
    const since = performance.now() - this.#lookedAt;
    const wait = Math.max((this.#isDue ? intervalMs : pollMs) - since, 0);
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => {
        this.#looking = undefined;
        this.#schedule();
      });
    }, wait).unref();
  }

  async #look(): Promise<void> {
    this.#isDue = false;
    this.#lookedAt = performance.now();
    try {
      const rows = await this.#parts.sql.query<{ id: string; fingerprint: string }>(
        FINGERPRINTS,
        [[...this.#watched.keys()]],
        "live.fingerprints",
      );
      for (const { id, fingerprint } of rows) this.#note(id, fingerprint);
    } catch (error) {
      this.#parts.log.warn({ err: error }, "Looking after commands failed");
    }
  }

  #note(id: string, fingerprint: string): void {
    const watched = this.#watched.get(id);
    if (!watched || watched.fingerprint === fingerprint) return;
    watched.fingerprint = fingerprint;
    watched.generation += 1;
    for (const wake of watched.waiting) wake();
  }
}

async function waitFor(watched: Watched, since: number, signal: AbortSignal): Promise<void> {
  if (watched.generation !== since || signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => resolve();
  watched.waiting.add(wake);
  signal.addEventListener("abort", wake);
  await promise;
  watched.waiting.delete(wake);
  signal.removeEventListener("abort", wake);
}
