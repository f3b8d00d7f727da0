import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../clock.js";
import type { BackgroundJob } from "../module.js";
import { forgetEvidence } from "./forget-evidence.js";
import { forgetHistory } from "./forget-history.js";
import type { RetentionParts } from "./retention-parts.js";

const FIRST_AFTER_MS = 60_000;
const EVERY_MS = 3_600_000;
const PAUSE_MS = 100;
/** Two clocks that differ more than this: one of them is wrong, and nothing may be forgotten by it. */
const CLOCKS_AGREE_MS = 86_400_000;

/** What the job is made from. */
export interface RetentionJobParts extends Omit<RetentionParts, "pause"> {
  readonly clock: Clock;
}

/**
 * Forgets what is too old, once an hour, in small chunks with pauses. Any number of servers may do so: each chunk
 * is one server's. A round that fails is made up for by the next.
 */
export function retainRegularly(parts: RetentionJobParts): BackgroundJob {
  const stopping = new AbortController();
  const { signal } = stopping;
  const { log } = parts.database;
  let running: Promise<void> = Promise.resolve();
  const pause = async (): Promise<void> => {
    await delay(PAUSE_MS, undefined, { signal });
  };
  const run = async (): Promise<void> => {
    for (let wait = FIRST_AFTER_MS; ; wait = EVERY_MS) {
      await delay(wait, undefined, { signal, ref: false });
      await retainOnce({ ...parts, pause }).catch((error: unknown) => {
        if (!signal.aborted)
          log.warn({ err: error }, "Old data could not be forgotten; the next round tries again");
      });
    }
  };
  return {
    name: "retention",
    start: () => {
      running = run().catch(() => {});
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** One round. Returns false when the clocks of database and server do not agree, and nothing was done. */
export async function retainOnce(parts: RetentionParts & { readonly clock: Clock }): Promise<boolean> {
  const { database } = parts;
  const [row] = await database.query<{ now: Date }>("select clock_timestamp() as now");
  const now = row?.now ?? new Date(Number.NaN);
  // Written so that a time that is no time fails as well.
  if (!(Math.abs(now.getTime() - parts.clock()) < CLOCKS_AGREE_MS)) {
    database.log.error(
      { databaseTime: now, serverTime: new Date(parts.clock()) },
      "Nothing is forgotten while the clocks of server and database differ by more than a day",
    );
    return false;
  }
  const rows = await forgetEvidence(parts, now);
  const { agents, events } = await forgetHistory(parts, now);
  if (rows + agents > 0) database.log.info({ rows, agents, events }, "Forgot what was too old");
  return true;
}
