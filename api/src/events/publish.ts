import { Client, type ClientConfig } from "pg";
import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "../database/log.js";
import type { EventBus } from "./event-bus.js";

/** The line between the processes that share one database. */
export interface WakeChannel {
  /** Settles when the first connection listens. */
  listening: Promise<void>;
  /** Ends the line. */
  close(): Promise<void>;
}

/** What the line is made from. */
export interface WakeChannelInput {
  connection: ClientConfig;
  bus: EventBus;
  log: Log;
  /** At most one NOTIFY in this time. Default 150 ms. */
  intervalMs?: number;
}

const CHANNEL = "redflag_events";
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/**
 * Wakes the buses of other processes when this one commits events, and this one's when they do. It carries no
 * content: a wake says "look at the log". A NOTIFY takes a lock that all committing transactions share, so it
 * is sent on a connection of its own, at most once per interval. After a lost connection it listens again and
 * wakes this process's bus, because wakes may have been missed.
 */
export function startWakeChannel(input: WakeChannelInput): WakeChannel {
  const { connection, bus, log, intervalMs = 150 } = input;
  const stopped = new AbortController();
  const first = Promise.withResolvers<void>();
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let due = false;

  const send = () => {
    timer = undefined;
    if (!due || !client) return;
    due = false;
    timer = setTimeout(send, intervalMs).unref();
    client.query(`notify ${CHANNEL}`).catch(() => {
      due = true;
    });
  };
  const stopHearing = bus.onEvents(() => {
    due = true;
    if (!timer) send();
  });

  const listenOnce = async (): Promise<void> => {
    const next = new Client({ ...connection, application_name: "redflag-wake", keepAlive: true });
    const ended = new Promise<void>((resolve) => void next.once("end", () => resolve()));
    next.on("error", (error) => log.warn({ err: error }, "The wake connection broke"));
    next.on("notification", (message) => {
      if (message.processId !== processIdOf(next)) bus.wake();
    });
    const endNow = () => void next.end().catch(() => {});
    stopped.signal.addEventListener("abort", endNow, { once: true });
    try {
      await next.connect();
      await next.query(`listen ${CHANNEL}`);
      client = next;
      first.resolve();
      bus.wake();
      if (due && !timer) send();
      await ended;
    } finally {
      client = undefined;
      stopped.signal.removeEventListener("abort", endNow);
      endNow();
    }
  };

  const run = async () => {
    for (let wait = FIRST_RETRY_MS; !stopped.signal.aborted; wait = Math.min(wait * 2, LAST_RETRY_MS)) {
      const began = performance.now();
      await listenOnce().catch((error: unknown) => log.warn({ err: error }, "Listening for wakes failed"));
      if (performance.now() - began > LAST_RETRY_MS) wait = FIRST_RETRY_MS;
      await delay(wait, undefined, { signal: stopped.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    listening: first.promise,
    close: async () => {
      stopHearing();
      clearTimeout(timer);
      stopped.abort();
      await running;
    },
  };
}

/** pg keeps the id of its server process under a name that its types leave out. */
function processIdOf(client: Client): number | undefined {
  return (client as Client & { processID?: number }).processID;
}
