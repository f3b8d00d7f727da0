import type { DependencyContainer } from "tsyringe";
import { gatherFacts } from "../facts/facts.js";
import { COMMAND_DESK, CommandDesk } from "../jobs/command-desk.js";
import { Journal } from "../journal/journal.js";
import { adoptResult } from "../local/adopt-result.js";
import type { AgentFacts } from "../protocol/operations.js";
import { CredentialStore } from "../state/credentials.js";
import {
  AGENT_API,
  AGENT_VERSION,
  CLOCK,
  COMMAND_UPLINK,
  CONFIG,
  FILE_ROOT,
  HOST,
  JOURNAL,
  LOG,
  RANDOM,
  REPORT_STORE,
  SERVER_ADDRESS,
  SERVER_CLOCK,
  SESSION,
  STATE_FOLDER,
  UPLINK,
  USER,
} from "../tokens.js";
import { AgentApi } from "../transport/agent-api.js";
import { GraphqlClient } from "../transport/graphql-client.js";
import { HttpPost } from "../transport/http-post.js";
import { parseServerAddress } from "../transport/server-address.js";
import { Session } from "../transport/session.js";
import { trustedAuthorities } from "../transport/tls-trust.js";
import { Uplink } from "../transport/uplink.js";

/** Adds what is needed to speak with the server. @throws ServerAddressError */
export function composeSession(container: DependencyContainer, serverUrl: string): Session {
  const config = container.resolve(CONFIG);
  const address = parseServerAddress(serverUrl, config.allowInsecureHttp);
  const serverClock = container.resolve(SERVER_CLOCK);
  const post = new HttpPost(address.http, () => trustedAuthorities(config.caFile));
  const client = new GraphqlClient(post, serverClock, container.resolve(AGENT_VERSION));
  const store = new CredentialStore(container.resolve(STATE_FOLDER).credentials);
  const session = new Session(client, store, serverClock, container.resolve(LOG));
  container.registerInstance(SERVER_ADDRESS, address);
  container.registerInstance(SESSION, session);
  container.registerInstance(AGENT_API, new AgentApi(session));
  return session;
}

/** Adds what carries out the server's commands. @param signal aborted when the agent has stopped. */
export async function composeCommands(container: DependencyContainer, signal: AbortSignal): Promise<void> {
  const clock = container.resolve(CLOCK);
  const log = container.resolve(LOG);
  const folder = container.resolve(STATE_FOLDER);
  const { journal, damagedFile } = await Journal.open(folder.journal, () => clock.now());
  if (damagedFile !== undefined) log.error("the journal was damaged; the rest is used", { damagedFile });
  const uplink = new Uplink({
    api: container.resolve(AGENT_API),
    journal,
    reports: container.resolve(REPORT_STORE),
    folder,
    clock,
    random: container.resolve(RANDOM),
    log,
    signal,
    keepUnknown: (entry) => adoptResult(container, entry, signal),
  });
  container.registerInstance(JOURNAL, journal);
  container.registerInstance(UPLINK, uplink);
  container.registerInstance(COMMAND_UPLINK, uplink);
  container.registerSingleton(COMMAND_DESK, CommandDesk);
}

/** What the server is told about this machine now. */
export async function currentFacts(container: DependencyContainer): Promise<AgentFacts> {
  const { platform, arch } = container.resolve(HOST);
  const stored = await container.resolve(REPORT_STORE).readAll();
  const known = stored.map((source) => source.restartPending).filter((pending) => pending !== null);
  return gatherFacts({
    fileRoot: container.resolve(FILE_ROOT),
    platform: platform as NodeJS.Platform,
    arch,
    agentVersion: container.resolve(AGENT_VERSION),
    isPrivileged: container.resolve(USER).isPrivileged,
    requiresReboot: known.length === 0 ? null : known.some(Boolean),
  });
}
