import type { DependencyContainer } from "tsyringe";
import { SOURCE_GATE } from "../jobs/source-gate.js";
import { PLUGIN_HOST } from "../plugins/plugin-host.js";
import { CLOCK, CONFIG, JOURNAL, LOG, RANDOM, REPORT_STORE, SESSION, UPLINK } from "../tokens.js";
import { Backoff } from "../transport/backoff.js";
import { NotRegisteredError } from "../transport/session.js";
import { TransportError } from "../transport/transport-error.js";
import { type Connection, openConnection } from "./connection.js";
import { enrol, enrolAgain } from "./enrol.js";
import { findServer, scanParts } from "./run-agent.js";
import { dueSources } from "./due-sources.js";
import { scanAll } from "./scan-schedule.js";
import { withAgent } from "./with-agent.js";

/** How long one run tries to reach a server that does not answer. */
const PATIENCE_MS = 60_000;

/**
 * The agent woken by a timer: goes on where the last run stopped, scans what is due, does what the server says until it
 * has nothing more, and leaves when the server knows all of it.
 *
 * @returns false when something stayed undone: the server was not reached, a scan failed or is incomplete, a result is
 *   not told yet, or `stop` aborted. The next run goes on with it.
 * @throws StateError when another agent runs in the same folder, ConfigError when it cannot enrol.
 */
export function runOnce(container: DependencyContainer, stop: AbortSignal): Promise<boolean> {
  return withAgent(container, async ({ isNewBoot }) => {
    const serverUrl = await findServer(container);
    if (serverUrl === undefined) {
      await scanDue(container, isNewBoot, stop);
      return isAllKnown(container);
    }
    const connection = await openConnection(container, serverUrl);
    let isTold = false;
    try {
      isTold = await talk(container, connection, isNewBoot, stop);
    } finally {
      isTold &&= container.resolve(JOURNAL).undelivered().length === 0;
      await connection.end(Promise.resolve());
    }
    return isTold && (await isAllKnown(container));
  });
}

/** @returns whether the server was heard to its end */
async function talk(
  container: DependencyContainer,
  { link, host }: Connection,
  isNewBoot: boolean,
  stop: AbortSignal,
): Promise<boolean> {
  container.resolve(LOG).info("agent started for one run", { server: host });
  const failed = new AbortController();
  const running = AbortSignal.any([stop, failed.signal]);
  const scanning = scanDue(container, isNewBoot, running);
  try {
    await enrol(container, AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]));
    if (!(await container.resolve(SESSION).isRegistered())) return false;
    // A scan that is due is part of the first words, so that the server plans with what is true now.
    await scanning;
    do {
      if (!(await reach(container, link, stop))) return false;
      await settled(container, stop);
    } while (link.wantsMore && !stop.aborted);
    return !stop.aborted;
  } finally {
    failed.abort();
    await scanning;
  }
}

/** Waits until every command has ended and the server knows how, or until nobody wants to wait any more. */
async function settled(container: DependencyContainer, stop: AbortSignal): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  stop.addEventListener("abort", () => stopped.resolve(), { once: true });
  await Promise.race([container.resolve(SOURCE_GATE).settled(), stopped.promise]);
  await container.resolve(UPLINK).settled(AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]));
}

/** One round with the server, tried again for a while. @returns false when it was not reached */
async function reach(
  container: DependencyContainer,
  link: Connection["link"],
  stop: AbortSignal,
): Promise<boolean> {
  const clock = container.resolve(CLOCK);
  const backoff = new Backoff(clock, container.resolve(RANDOM), 1_000, PATIENCE_MS / 4);
  const giveUpAt = clock.monotonic() + PATIENCE_MS;
  while (!stop.aborted) {
    try {
      await link.converse(stop);
      return true;
    } catch (error) {
      if (stop.aborted) return false;
      container.resolve(LOG).warn("the server was not reached", { reason: (error as Error).message });
      const isUnknown = error instanceof NotRegisteredError;
      if (isUnknown && !(await enrolAgain(container, stop))) return false;
      const wait = error instanceof TransportError ? error.retryAfterMs : undefined;
      const pause = backoff.next(wait);
      if (clock.monotonic() + pause > giveUpAt) return false;
      await clock.sleep(pause, stop).catch(() => undefined);
    }
  }
  return false;
}

async function scanDue(container: DependencyContainer, isNewBoot: boolean, stop: AbortSignal): Promise<void> {
  const stored = await container.resolve(REPORT_STORE).readAll();
  const { scanIntervalSeconds } = container.resolve(CONFIG);
  const isDue = dueSources(stored, isNewBoot, container.resolve(CLOCK).now(), scanIntervalSeconds * 1000);
  await scanAll(
    scanParts(container, () => undefined),
    stop,
    isDue,
  );
}

/** What a refused plugin would have found is not known, whatever it found before. */
async function isAllKnown(container: DependencyContainer): Promise<boolean> {
  const { sources, refused } = container.resolve(PLUGIN_HOST);
  const stored = await container.resolve(REPORT_STORE).readAll();
  const known = new Set(
    stored
      .filter(({ latest }) => latest.status === "COMPLETE" || latest.status === "UNSUPPORTED")
      .map(({ source }) => source),
  );
  return refused.length === 0 && sources.length > 0 && sources.every(({ id }) => known.has(id));
}
