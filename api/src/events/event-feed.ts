import type { Log } from "../database/log.js";
import type { Database } from "../database/database.js";
import { adoptRestoredLog, refuseStaleCursor } from "./adopt-restored-log.js";
import { compareCursors, type Cursor } from "./cursor.js";
import type { EventBus } from "./event-bus.js";
import { readAfter, readPosition, type SequencedEvent } from "./read-after.js";

/** What the feed reads from and is woken by. */
export interface EventFeedParts {
  database: Database;
  bus: EventBus;
  log: Log;
  /** Looks at the log this often even when nobody wakes it. Default 5000 ms. */
  pollMs?: number;
  /** Says so in the log when events are held back for longer. Default 10,000 ms. */
  tellHeldBackMs?: number;
}

interface Follower {
  queue: SequencedEvent[];
  lagging: boolean;
  wake: () => void;
}

const HELD_BACK_MS = 20;
const LONGEST_HELD_BACK_MS = 500;
const ERROR_RETRY_MS = 500;
const LONGEST_QUEUE = 2_000;

/**
 * Every event of every process, in the order of `readAfter`, for any number of followers at the price of one
 * reader. Start it once per process; `close` ends all followers.
 */
export class EventFeed {
  readonly #parts: EventFeedParts;
  readonly #followers = new Set<Follower>();
  readonly #closed = new AbortController();
  readonly #stopHearing: () => void;
  #position: Cursor;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  #again = false;
  #heldBack: { since: number; isTold: boolean } | undefined;

  private constructor(parts: EventFeedParts, position: Cursor) {
    this.#parts = parts;
    this.#position = position;
    this.#stopHearing = parts.bus.onWake(() => this.#look());
    this.#look();
  }

  /** Opens the feed at this moment. Puts a log in order that came from another server's backup. */
  static async start(parts: EventFeedParts): Promise<EventFeed> {
    if (await adoptRestoredLog(parts.database)) {
      parts.log.warn({}, "The event log was restored from another server; its events were numbered anew");
    }
    return new EventFeed(parts, await readPosition(parts.database));
  }

  /** Behind the last event that was handed out. */
  get position(): Cursor {
    return this.#position;
  }

  /** Stops reading and ends all followers. */
  async close(): Promise<void> {
    this.#stopHearing();
    this.#closed.abort();
    clearTimeout(this.#timer);
    await this.#reading;
  }

  /**
   * Follows the log behind `after` (default: from now on) until `signal` or `close`. Each event comes exactly
   * once and in order. Who reads slowly is served from the database again instead of from memory. Throws
   * `StaleCursorError` when this log never gave `after` out, and a database error when catching up fails.
   */
  async *follow(after: Cursor | undefined, signal: AbortSignal): AsyncGenerator<SequencedEvent, void> {
    const ended = AbortSignal.any([signal, this.#closed.signal]);
    if (after) await refuseStaleCursor(this.#parts.database, after);
    let last = after ?? this.#position;
    const follower: Follower = { queue: [], lagging: true, wake: () => {} };
    const wakeUp = () => follower.wake();
    ended.addEventListener("abort", wakeUp);
    this.#followers.add(follower);
    try {
      while (!ended.aborted) {
        const batch = follower.lagging ? this.#catchUp(follower, last) : follower.queue.splice(0);
        for await (const event of batch) {
          if (ended.aborted) return;
          if (compareCursors(event.cursor, last) <= 0) continue;
          last = event.cursor;
          yield event;
        }
        if (follower.lagging || follower.queue.length > 0 || ended.aborted) continue;
        await new Promise<void>((resolve) => (follower.wake = resolve));
      }
    } finally {
      this.#followers.delete(follower);
      ended.removeEventListener("abort", wakeUp);
    }
  }

  /** The queue starts anew before the first read, so nothing falls between the last page and the queue. */
  async *#catchUp(follower: Follower, after: Cursor): AsyncGenerator<SequencedEvent, void> {
    follower.queue.length = 0;
    follower.lagging = false;
    for (let last = after; ;) {
      const page = await readAfter(this.#parts.database, last);
      yield* page.events;
      last = page.events.at(-1)?.cursor ?? last;
      if (!page.hasMore) return;
    }
  }

  #look(): void {
    if (this.#closed.signal.aborted) return;
    if (this.#reading) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#reading = this.#readAll().then((waitMs) => {
      this.#reading = undefined;
      if (this.#closed.signal.aborted) return;
      if (this.#again) return this.#look();
      this.#timer = setTimeout(() => this.#look(), waitMs).unref();
    });
  }

  /** Hands out what is new and says how long to wait before looking unasked. */
  async #readAll(): Promise<number> {
    this.#again = false;
    try {
      for (;;) {
        const page = await readAfter(this.#parts.database, this.#position);
        this.#handOut(page.events);
        if (page.hasMore) continue;
        if (!page.heldBack || page.events.length > 0) this.#heldBack = undefined;
        return page.heldBack ? this.#waitHeldBack() : (this.#parts.pollMs ?? 5_000);
      }
    } catch (error) {
      this.#parts.log.warn({ err: error }, "Reading the event log failed");
      return ERROR_RETRY_MS;
    }
  }

  /**
   * Usually a neighbour commits within milliseconds. But any transaction of the whole database server that writes
   * holds events back, also one of another program that stays open for hours.
   */
  #waitHeldBack(): number {
    const heldBack = (this.#heldBack ??= { since: performance.now(), isTold: false });
    const heldMs = performance.now() - heldBack.since;
    if (!heldBack.isTold && heldMs > (this.#parts.tellHeldBackMs ?? 10_000)) {
      heldBack.isTold = true;
      this.#parts.log.warn(
        { heldMs: Math.round(heldMs) },
        "A transaction that stays open holds back news of every agent: look for it in pg_stat_activity and pg_prepared_xacts",
      );
    }
    return Math.min(Math.max(heldMs / 10, HELD_BACK_MS), LONGEST_HELD_BACK_MS);
  }

  #handOut(events: readonly SequencedEvent[]): void {
    const last = events.at(-1);
    if (!last) return;
    this.#position = last.cursor;
    for (const follower of this.#followers) {
      if (follower.queue.length + events.length > LONGEST_QUEUE) {
        follower.queue.length = 0;
        follower.lagging = true;
      } else if (!follower.lagging) {
        follower.queue.push(...events);
      }
      follower.wake();
    }
  }
}
