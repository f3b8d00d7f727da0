import type { DependencyContainer } from "tsyringe";
import { SCANNER } from "../jobs/scanner.js";
import { SOURCE_GATE } from "../jobs/source-gate.js";
import { PLUGIN_HOST } from "../plugins/plugin-host.js";
import { registeredServer } from "../state/credentials.js";
import { CLOCK, CONFIG, LOG, RANDOM, SERVER_ADDRESS, SESSION, STATE_FOLDER } from "../tokens.js";
import type { ServerLink } from "../transport/server-link.js";
import { trustedAuthorities } from "../transport/tls-trust.js";
import { keepAwake } from "../transport/wake-up.js";
import { openConnection } from "./connection.js";
import { enrol } from "./enrol.js";
import { keepScanning, type ScanScheduleParts } from "./scan-schedule.js";
import { withAgent } from "./with-agent.js";

/**
 * The resident agent: scans by itself and, when a server is configured, does what it says. Returns when `stop` aborted
 * and everything has ended that may be ended.
 *
 * @throws StateError when another agent runs in the same folder, ConfigError when it cannot enrol.
 */
export async function runAgent(container: DependencyContainer, stop: AbortSignal): Promise<void> {
  await withAgent(container, async () => {
    const serverUrl = await findServer(container);
    if (serverUrl === undefined) await runAlone(container, stop);
    else await runConnected(container, serverUrl, stop);
  });
}

/** The server's address by the configuration, else the one that the machine was enrolled with. */
export async function findServer(container: DependencyContainer): Promise<string | undefined> {
  return container.resolve(CONFIG).serverUrl ?? (await registeredServer(container.resolve(STATE_FOLDER)));
}

/** What scans. */
export function scanParts(container: DependencyContainer, onScanned: () => void): ScanScheduleParts {
  return {
    host: container.resolve(PLUGIN_HOST),
    gate: container.resolve(SOURCE_GATE),
    scanner: container.resolve(SCANNER),
    clock: container.resolve(CLOCK),
    log: container.resolve(LOG),
    intervalMs: container.resolve(CONFIG).scanIntervalSeconds * 1000,
    onScanned,
  };
}

async function runAlone(container: DependencyContainer, stop: AbortSignal): Promise<void> {
  container.resolve(LOG).info("agent started without a server");
  await keepScanning(
    scanParts(container, () => undefined),
    stop,
  );
  await container.resolve(SOURCE_GATE).settled();
}

async function runConnected(
  container: DependencyContainer,
  serverUrl: string,
  stop: AbortSignal,
): Promise<void> {
  const { link, host, end } = await openConnection(container, serverUrl);
  const failed = new AbortController();
  const running = AbortSignal.any([stop, failed.signal]);
  const scanning = keepScanning(
    scanParts(container, () => link.checkInSoon()),
    running,
  );
  try {
    await enrol(container, running);
    if (stop.aborted) return;
    container.resolve(LOG).info("agent started", { server: host });
    await Promise.all([link.run(running), wakeOn(container, link, running)]);
  } finally {
    failed.abort();
    await end(scanning);
  }
}

function wakeOn(container: DependencyContainer, link: ServerLink, stop: AbortSignal): Promise<void> {
  const { caFile } = container.resolve(CONFIG);
  const parts = {
    url: container.resolve(SERVER_ADDRESS).webSocket,
    session: container.resolve(SESSION),
    clock: container.resolve(CLOCK),
    random: container.resolve(RANDOM),
    log: container.resolve(LOG),
    authorities: () => trustedAuthorities(caFile),
    onWake: (reason: Parameters<ServerLink["wake"]>[0]) => link.wake(reason),
  };
  return keepAwake(parts, stop);
}
