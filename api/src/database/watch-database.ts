import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import type { Database } from "./database.js";

/** Looks after a database while a server uses it. */
export interface DatabaseWatch {
  /** Ends the watch. */
  stop(): Promise<void>;
}

/** How the watch looks. Milliseconds. */
export interface WatchTimes {
  /** Between two looks at a database that answers. Default 2000. */
  readonly everyMs?: number;
  /** Without an answer for so long it counts as silent. Default 5000. */
  readonly silentAfterMs?: number;
  /** Between two looks at one that does not answer. Default 500. */
  readonly retryMs?: number;
}

/**
 * Asks the database for nothing, again and again, on a connection of its own, and writes into
 * `database.availability` whether it answers. A database that is frozen or behind a dead network never refuses:
 * its connections are cut, so that whoever waits on one is told instead of waiting on.
 */
export function watchDatabase(database: Database, times: WatchTimes = {}): DatabaseWatch {
  const { everyMs = 2_000, silentAfterMs = 5_000, retryMs = 500 } = times;
  const { availability, log } = database;
  const stopping = new AbortController();
  const { signal } = stopping;
  const say = (state: typeof availability.state, error?: unknown): void => {
    if (state === availability.state) return;
    availability.state = state;
    if (state === "answers") log.warn({}, "The database answers again");
    else log.error({ err: error }, `The database ${state === "silent" ? "is silent" : "cannot be reached"}`);
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const client = new Client({
        ...database.connection,
        application_name: "redflag-watch",
        connectionTimeoutMillis: silentAfterMs,
        keepAlive: true,
      });
      // What is asked at that moment rejects by itself.
      client.on("error", () => {});
      const end = (): void => endNow(client);
      signal.addEventListener("abort", end, { once: true });
      let hasAnswered = false;
      try {
        await client.connect();
        const onAnswer = (): void => {
          hasAnswered = true;
          say("answers");
        };
        await lookUntilItFails(client, onAnswer, { everyMs, silentAfterMs, signal });
      } catch (error) {
        if (signal.aborted) return;
        const isSilent = isTimeout(error);
        // It may have been started again since the last look; then the next connection is made at once.
        if (hasAnswered && !isSilent) continue;
        say(isSilent ? "silent" : "gone", error);
        if (isSilent) database.cutConnections();
      } finally {
        signal.removeEventListener("abort", end);
        end();
      }
      await delay(retryMs, undefined, { signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

class SilenceError extends Error {
  override readonly name = "SilenceError";
}

function isTimeout(error: unknown): boolean {
  return error instanceof SilenceError || (error instanceof Error && /timeout/i.test(error.message));
}

async function lookUntilItFails(
  client: Client,
  onAnswer: () => void,
  { everyMs, silentAfterMs, signal }: { everyMs: number; silentAfterMs: number; signal: AbortSignal },
): Promise<never> {
  for (;;) {
    const silent = Promise.withResolvers<never>();
    // This process may have been the one that was busy: what has arrived by now is read before it is judged.
    const timer = setTimeout(
      () => setImmediate(() => setImmediate(() => silent.reject(new SilenceError("No answer")))),
      silentAfterMs,
    );
    silent.promise.catch(() => {});
    await Promise.race([client.query("select 1"), silent.promise]).finally(() => clearTimeout(timer));
    onAnswer();
    await delay(everyMs, undefined, { signal });
  }
}

/** A silent server would not answer a goodbye either. */
function endNow(client: Client): void {
  (client as Client & { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
