import type { DependencyContainer } from "tsyringe";
import { ConfigError } from "../config/config-error.js";
import { lockHolder, tryLock } from "../state/file-lock.js";
import { removeTemporaryFiles } from "../state/atomic-file.js";
import { registeredServer } from "../state/credentials.js";
import { StateError } from "../state/state-error.js";
import { sweepStateFolder } from "../state/sweep.js";
import {
  AGENT_API,
  CLOCK,
  CONFIG,
  JOURNAL,
  LOG,
  RANDOM,
  REPORT_STORE,
  SERVER_ADDRESS,
  SERVER_CLOCK,
  SESSION,
  STATE_FOLDER,
  UPLINK,
} from "../tokens.js";
import { Backoff } from "../transport/backoff.js";
import { ServerLink } from "../transport/server-link.js";
import { NotRegisteredError } from "../transport/session.js";
import { trustedAuthorities } from "../transport/tls-trust.js";
import { isRetryable } from "../transport/transport-error.js";
import { keepAwake } from "../transport/wake-up.js";
import { composeCommands, composeSession, currentFacts } from "./compose-remote.js";
import { keepScanning } from "./scan-schedule.js";
import { COMMAND_DESK } from "../jobs/command-desk.js";
import { PLUGIN_HOST } from "../plugins/plugin-host.js";
import { SCANNER } from "../jobs/scanner.js";
import { SOURCE_GATE } from "../jobs/source-gate.js";

const LAST_WORDS_MS = 5_000;

/**
 * The resident agent: scans by itself and, when a server is configured, does what it says. Returns when `stop` aborted
 * and everything has ended that may be ended.
 *
 * @throws StateError when another agent runs in the same folder, ConfigError when it cannot enrol.
 */
export async function runAgent(container: DependencyContainer, stop: AbortSignal): Promise<void> {
  const folder = container.resolve(STATE_FOLDER);
  const lockFile = folder.lock("agent");
  const lock = tryLock(lockFile);
  if (!lock) {
    throw new StateError(
      `Another agent (process ${lockHolder(lockFile) ?? "unknown"}) already runs in ${folder.root}. Stop it first, or set REDFLAG_AGENT_STATE_DIR to another folder.`,
    );
  }
  try {
    await removeTemporaryFiles(folder.root);
    await sweepStateFolder(folder, container.resolve(CLOCK).now());
    const serverUrl = container.resolve(CONFIG).serverUrl ?? (await registeredServer(folder));
    if (serverUrl === undefined) await runAlone(container, stop);
    else await runConnected(container, serverUrl, stop);
  } finally {
    await container.resolve(PLUGIN_HOST).dispose();
    lock.release();
  }
}

async function runAlone(container: DependencyContainer, stop: AbortSignal): Promise<void> {
  container.resolve(LOG).info("agent started without a server");
  await scanOn(container, stop, () => undefined);
  await container.resolve(SOURCE_GATE).settled();
}

async function runConnected(
  container: DependencyContainer,
  serverUrl: string,
  stop: AbortSignal,
): Promise<void> {
  const log = container.resolve(LOG);
  const session = composeSession(container, serverUrl);
  const ended = new AbortController();
  await composeCommands(container, ended.signal);
  const desk = container.resolve(COMMAND_DESK);
  const uplink = container.resolve(UPLINK);
  const link = new ServerLink({
    api: container.resolve(AGENT_API),
    desk,
    reports: container.resolve(REPORT_STORE),
    serverClock: container.resolve(SERVER_CLOCK),
    clock: container.resolve(CLOCK),
    random: container.resolve(RANDOM),
    log,
    sources: container.resolve(PLUGIN_HOST).sources.map((source) => source.id),
    gatherFacts: () => currentFacts(container),
    resultsTold: (patience) => uplink.settled(patience),
    enrolAgain: (signal) => enrolAgain(container, signal),
  });
  uplink.listen({
    cancelRequested: (id) => desk.cancel([id]),
    checkInWanted: () => link.checkInSoon(),
  });
  const failed = new AbortController();
  const running = AbortSignal.any([stop, failed.signal]);
  // What an earlier process began comes before any scan of the same source.
  desk.resume();
  const scanning = scanOn(container, running, () => link.checkInSoon());
  try {
    await enrol(container, running);
    if (stop.aborted) return;
    log.info("agent started", { server: session.client.post.url.host });
    await Promise.all([link.run(running), wakeOn(container, link, running)]);
  } finally {
    failed.abort();
    await endInOrder(container, ended, scanning);
  }
}

/** Commands first, then their results, then the connections. */
async function endInOrder(
  container: DependencyContainer,
  ended: AbortController,
  scanning: Promise<void>,
): Promise<void> {
  const log = container.resolve(LOG);
  const desk = container.resolve(COMMAND_DESK);
  log.info("agent stops", { isInstalling: desk.isCommitting });
  const { stopTimeoutSeconds } = container.resolve(CONFIG);
  await desk.stop(AbortSignal.timeout(stopTimeoutSeconds * 1000));
  if (desk.isCommitting) log.warn("an installation goes on without the agent; the next start looks at it");
  await container.resolve(UPLINK).settled(AbortSignal.timeout(LAST_WORDS_MS));
  ended.abort();
  container.resolve(SESSION).client.post.close();
  if (!desk.isCommitting) {
    await scanning;
    container.resolve(JOURNAL).close();
  }
  log.info("agent stopped");
}

/** Enrols the machine if it is not; waits for the server as long as it takes. */
async function enrol(container: DependencyContainer, stop: AbortSignal): Promise<void> {
  const session = container.resolve(SESSION);
  const { registrationToken } = container.resolve(CONFIG);
  const backoff = new Backoff(container.resolve(CLOCK), container.resolve(RANDOM), 1_000, 60_000);
  while (!stop.aborted && !(await session.isRegistered())) {
    if (registrationToken === undefined) {
      throw new ConfigError(
        "This machine is not enrolled. Make a registration token in the page, then set REDFLAG_REGISTRATION_TOKEN or run redflag-agent register --token <token>.",
      );
    }
    try {
      await session.register(registrationToken, await currentFacts(container), stop);
    } catch (error) {
      if (stop.aborted) return;
      if (error instanceof NotRegisteredError) throw new ConfigError(error.message, { cause: error });
      if (!isRetryable(error)) throw error;
      container
        .resolve(LOG)
        .warn("the machine could not be enrolled yet", { reason: (error as Error).message });
      await backoff.pause(stop).catch(() => undefined);
    }
  }
}

async function enrolAgain(container: DependencyContainer, signal: AbortSignal): Promise<boolean> {
  const { registrationToken } = container.resolve(CONFIG);
  if (registrationToken === undefined) return false;
  try {
    await container.resolve(SESSION).register(registrationToken, await currentFacts(container), signal);
    return true;
  } catch (error) {
    container
      .resolve(LOG)
      .warn("the machine could not be enrolled again", { reason: (error as Error).message });
    return false;
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

function scanOn(container: DependencyContainer, stop: AbortSignal, onScanned: () => void): Promise<void> {
  const parts = {
    host: container.resolve(PLUGIN_HOST),
    gate: container.resolve(SOURCE_GATE),
    scanner: container.resolve(SCANNER),
    clock: container.resolve(CLOCK),
    log: container.resolve(LOG),
    intervalMs: container.resolve(CONFIG).scanIntervalSeconds * 1000,
    onScanned,
  };
  return keepScanning(parts, stop);
}
