import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { fileURLToPath } from "node:url";
import type { ReadSettings } from "../config/read-settings.js";
import { openDatabase } from "../database/connection.js";
import { migrate } from "../database/migrations/migrate.js";
import { systemActor } from "../events/event.js";
import { EVENT_LOG, PROJECTORS } from "../injection-tokens.js";
import { modules } from "../modules.js";
import { openSetupCode } from "../operators/open-setup-code.js";
import { OPERATOR_PARTS } from "../operators/operator-parts.js";
import { retainRegularly } from "../retention/retain-regularly.js";
import { serve, type RunningServer } from "../serve.js";
import { addRegistrationToken } from "../tokens/add-registration-token.js";
import { TOKEN_PARTS } from "../tokens/token-parts.js";
import { addressToOpen } from "./address-to-open.js";
import { createLogger } from "./create-logger.js";
import { type StopRequest, untilAskedToStop } from "./until-asked-to-stop.js";

const WEB_DIR = fileURLToPath(new URL("../../../web/dist", import.meta.url));
/** How long the agent beside the server may take to enrol. */
const LOCAL_AGENT_SECONDS = 15 * 60;

/** What the supervising process is told once everything answers. */
interface Ready {
  readonly type: "ready";
  /** Where it is reached from this machine. */
  readonly url: string;
  /** Only while nobody has set the server up. */
  readonly setupCode?: string;
  /** One seat, only when REDFLAG_LOCAL_AGENT asks for it. */
  readonly registrationToken?: string;
}

/** `redflag serve`: runs until a signal, or until the supervising process is gone. */
export async function runServe(settings: ReadSettings): Promise<void> {
  const stop = untilAskedToStop();
  try {
    await serveUntil(stop, settings);
  } finally {
    // Also after a failed start: an open channel to the supervisor would keep this process alive.
    stop.dispose();
  }
}

async function serveUntil(stop: StopRequest, settings: ReadSettings): Promise<void> {
  const logger = createLogger(settings.REDFLAG_LOG_LEVEL);
  const entities = modules.flatMap((module) => [...module.entities]);
  const { DATABASE_URL: databaseUrl, REDFLAG_DATA_DIR: dataDir } = settings;
  const { signal } = stop;
  const onExit = (reason: string): void => stop.fail(reason);
  const database = await openDatabase({ databaseUrl, dataDir, entities, log: logger, signal, onExit });
  try {
    await migrate(database);
    const server = await serve({
      database,
      modules,
      log: logger,
      logger,
      clock: Date.now,
      random: randomBytes,
      inventory: {
        checkInIntervalSeconds: settings.REDFLAG_CHECK_IN_SECONDS,
        scanIntervalSeconds: settings.REDFLAG_SCAN_SECONDS,
      },
      host: settings.SERVER_HOST,
      port: settings.SERVER_PORT,
      trustProxy: settings.SERVER_TRUST_PROXY,
      webDir: WEB_DIR,
    });
    const { container } = server.services;
    const retention = retainRegularly({
      database,
      events: container.resolve(EVENT_LOG),
      projectors: container.resolve(PROJECTORS),
      settings: {
        eventDays: settings.REDFLAG_KEEP_EVENT_DAYS,
        scanDays: settings.REDFLAG_KEEP_SCAN_DAYS,
        outputDays: settings.REDFLAG_KEEP_OUTPUT_DAYS,
      },
      clock: Date.now,
    });
    try {
      await retention.start();
      warnWhenExposed(settings);
      announce(await readyMessage(server, settings));
      logger.info({ url: server.url }, "The server answers");
      await stop.asked;
    } finally {
      logger.info({}, "The server stops");
      await retention.stop();
      await server.stop();
    }
  } finally {
    await database.close();
  }
}

async function readyMessage({ url, services }: RunningServer, settings: ReadSettings): Promise<Ready> {
  const { container } = services;
  const setupCode = await openSetupCode(container.resolve(OPERATOR_PARTS));
  const seat = { name: "The agent of this machine", seats: 1, validSeconds: LOCAL_AGENT_SECONDS };
  const token = settings.REDFLAG_LOCAL_AGENT
    ? await addRegistrationToken(container.resolve(TOKEN_PARTS), systemActor, seat)
    : undefined;
  return {
    type: "ready",
    url: addressToOpen(url),
    ...(setupCode === undefined ? {} : { setupCode }),
    ...(token === undefined ? {} : { registrationToken: token.secret }),
  };
}

/** A supervisor is told; without one, people are. Standard output is the log, and no secret may get into it. */
function announce(ready: Ready): void {
  if (process.send) {
    process.send(ready);
    return;
  }
  const code = ready.setupCode === undefined ? "" : ` The setup code is ${ready.setupCode}.`;
  process.stderr.write(`RedFlag is running at ${ready.url}.${code}\n`);
}

function warnWhenExposed(settings: ReadSettings): void {
  const host = settings.SERVER_HOST;
  const isLoopback = host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
  if (isLoopback || settings.SERVER_TRUST_PROXY.length > 0) return;
  process.stderr.write(
    `Warning: SERVER_HOST is ${host}, so other machines can connect, and without TLS passwords and tokens can be read on the way. Put a proxy with TLS before it and name it in SERVER_TRUST_PROXY.\n`,
  );
}
