import type { DependencyContainer } from "tsyringe";
import { COMMAND_DESK } from "../jobs/command-desk.js";
import { PLUGIN_HOST } from "../plugins/plugin-host.js";
import {
  AGENT_API,
  CLOCK,
  CONFIG,
  JOURNAL,
  LOG,
  RANDOM,
  REPORT_STORE,
  SERVER_CLOCK,
  SESSION,
  UPLINK,
} from "../tokens.js";
import { LocalTeller } from "../transport/local-teller.js";
import { ServerLink } from "../transport/server-link.js";
import { composeCommands, composeSession, currentFacts } from "./compose-remote.js";
import { enrolAgain } from "./enrol.js";

const LAST_WORDS_MS = 5_000;

/** What speaks with the server, put together and resumed where an earlier process stopped. */
export interface Connection {
  readonly link: ServerLink;
  /** The server's name and port, for the log. */
  readonly host: string;
  /**
   * Ends everything: commands first, then their results, then the connections.
   *
   * @param scanning what still scans; it is waited for unless an installation goes on without the agent
   */
  end(scanning: Promise<unknown>): Promise<void>;
}

/** Puts the connection together; nothing is sent yet. */
export async function openConnection(container: DependencyContainer, serverUrl: string): Promise<Connection> {
  const session = composeSession(container, serverUrl);
  const ended = new AbortController();
  await composeCommands(container, ended.signal);
  const desk = container.resolve(COMMAND_DESK);
  const uplink = container.resolve(UPLINK);
  const teller = new LocalTeller(container);
  const link = new ServerLink({
    api: container.resolve(AGENT_API),
    desk,
    reports: container.resolve(REPORT_STORE),
    serverClock: container.resolve(SERVER_CLOCK),
    clock: container.resolve(CLOCK),
    random: container.resolve(RANDOM),
    log: container.resolve(LOG),
    sources: container.resolve(PLUGIN_HOST).sources.map((source) => source.id),
    gatherFacts: () => currentFacts(container),
    tellLocal: (signal) => teller.tell(signal),
    resultsTold: (patience) => uplink.settled(patience),
    enrolAgain: (signal) => enrolAgain(container, signal),
  });
  uplink.listen({
    cancelRequested: (id) => desk.cancel([id]),
    checkInWanted: () => link.checkInSoon(),
  });
  // What an earlier process began comes before any scan of the same source.
  desk.resume();
  const end = (scanning: Promise<unknown>) => endInOrder(container, ended, scanning);
  return { link, host: session.client.post.url.host, end };
}

async function endInOrder(
  container: DependencyContainer,
  ended: AbortController,
  scanning: Promise<unknown>,
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
