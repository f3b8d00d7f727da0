import { setTimeout as delay } from "node:timers/promises";
import { agentStream } from "../agents/agent-stream.js";
import type { Database } from "../database/database.js";
import { compareCursors, type Cursor } from "../events/cursor.js";
import type { EventFeed } from "../events/event-feed.js";
import type { SequencedEvent } from "../events/read-after.js";
import { readWaiting, readWakes, wakeReasons, type Wake, type WakeReason } from "./wakes.sql.js";

/** Wakes an agent. */
export interface WakeUp {
  readonly sequence: string;
  readonly occurredAt: Date;
  readonly reason: WakeReason;
}

type WakeEvent = Pick<SequencedEvent, "cursor" | "token" | "type" | "at">;

interface Mailbox {
  pending: WakeEvent[];
  notify: () => void;
}

const RETRY_MS = 500;
const MOST_PENDING = 100;

/**
 * Wakes agents. Every connected agent listens, so one reader of the log hands each event to the one agent that
 * it concerns, instead of every event to every agent.
 */
export class WakeBoard {
  readonly #database: Database;
  readonly #feed: EventFeed;
  readonly #mailboxes = new Map<string, Set<Mailbox>>();
  readonly #closed = new AbortController();
  #reading: Promise<void> | undefined;
  #position: Cursor;

  constructor(database: Database, feed: EventFeed) {
    this.#database = database;
    this.#feed = feed;
    this.#position = feed.position;
  }

  /** How many subscriptions listen. */
  get size(): number {
    return [...this.#mailboxes.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * What this agent should be woken for, behind `after`, until `signal` or `close`. Without `after` it begins with
   * what waits in the queue now: it may have come after the agent last asked and before it listened.
   */
  async *follow(
    agentId: string,
    after: Cursor | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<WakeUp, void> {
    const ended = AbortSignal.any([signal, this.#closed.signal]);
    const stream = agentStream(agentId);
    const mailbox = this.#open(stream);
    const wake = (): void => mailbox.notify();
    ended.addEventListener("abort", wake);
    try {
      let last = after;
      // The mailbox is open already, so nothing falls between what is read and what is put into it.
      for await (const event of last ? this.#missed(stream, last) : this.#waiting(agentId, stream)) {
        last = event.cursor;
        yield toWakeUp(event);
      }
      while (!ended.aborted) {
        for (const event of mailbox.pending.splice(0)) {
          if (last && compareCursors(event.cursor, last) <= 0) continue;
          last = event.cursor;
          yield toWakeUp(event);
        }
        if (mailbox.pending.length > 0 || ended.aborted) continue;
        await new Promise<void>((resolve) => (mailbox.notify = resolve));
      }
    } finally {
      ended.removeEventListener("abort", wake);
      this.#drop(stream, mailbox);
    }
  }

  /** Stops reading and ends all subscriptions. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#reading;
  }

  async *#missed(stream: string, after: Cursor): AsyncGenerator<WakeEvent, void> {
    for (let last: Cursor | undefined = after; last;) {
      const page: WakeEvent[] = await readWakes(this.#database, stream, last);
      yield* page;
      last = page.at(-1)?.cursor;
    }
  }

  async *#waiting(agentId: string, stream: string): AsyncGenerator<Wake, void> {
    const wake = await readWaiting(this.#database, agentId, stream);
    if (wake) yield wake;
  }

  #open(stream: string): Mailbox {
    this.#reading ??= this.#read();
    const mailbox: Mailbox = { pending: [], notify: () => {} };
    const mailboxes = this.#mailboxes.get(stream) ?? new Set();
    this.#mailboxes.set(stream, mailboxes.add(mailbox));
    return mailbox;
  }

  #drop(stream: string, mailbox: Mailbox): void {
    const mailboxes = this.#mailboxes.get(stream);
    mailboxes?.delete(mailbox);
    if (mailboxes?.size === 0) this.#mailboxes.delete(stream);
  }

  async #read(): Promise<void> {
    const { signal } = this.#closed;
    this.#position = this.#feed.position;
    while (!signal.aborted) {
      try {
        for await (const event of this.#feed.follow(this.#position, signal)) this.#deliver(event);
        return;
      } catch (error) {
        this.#database.log.warn({ err: error }, "Agents cannot be woken for a moment");
        await delay(RETRY_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  #deliver(event: SequencedEvent): void {
    this.#position = event.cursor;
    if (!Object.hasOwn(wakeReasons, event.type)) return;
    for (const mailbox of this.#mailboxes.get(event.stream) ?? []) {
      // A wake is a hint: of many, the latest of each reason says as much.
      if (mailbox.pending.length >= MOST_PENDING) mailbox.pending = latestOfEach(mailbox.pending);
      mailbox.pending.push(event);
      mailbox.notify();
    }
  }
}

function latestOfEach(events: readonly WakeEvent[]): WakeEvent[] {
  const latest = new Map(events.map((event) => [wakeReasons[event.type], event]));
  return [...latest.values()].toSorted((a, b) => compareCursors(a.cursor, b.cursor));
}

function toWakeUp({ token, at, type }: WakeEvent): WakeUp {
  return { sequence: token, occurredAt: at, reason: wakeReasons[type] ?? "COMMAND_QUEUED" };
}
