import { composeSession, currentFacts } from "../run/compose-remote.js";
import { CredentialStore, enrolmentState, registeredServer } from "../state/credentials.js";
import { STATE_FOLDER } from "../tokens.js";
import { NotRegisteredError } from "../transport/session.js";
import type { CliAction } from "./cli-context.js";
import { EXIT } from "./exit-codes.js";
import { findRunning } from "./find-state.js";

/** The options of `redflag-agent register`. */
export interface RegisterOptions {
  readonly server?: string;
  readonly token?: string;
  readonly force?: boolean;
}

/** Enrols this machine with a registration token. */
export const registerCommand: CliAction<RegisterOptions> = async (context, { server, token, force }) => {
  const config = context.config(server === undefined ? {} : { serverUrl: server });
  const { output, stop } = context;
  const registrationToken = token ?? config.registrationToken;
  const container = await context.open({ ...config, plugins: [] }, "nowhere");
  const folder = container.resolve(STATE_FOLDER);
  const serverUrl = config.serverUrl ?? (await registeredServer(folder));
  if (serverUrl === undefined || registrationToken === undefined) {
    output.err(
      "Enrolling needs the server's address and a registration token: redflag-agent register --server https://… --token …, or REDFLAG_SERVER_URL and REDFLAG_REGISTRATION_TOKEN.",
    );
    return EXIT.usage;
  }
  const session = composeSession(container, serverUrl);
  try {
    const known = await new CredentialStore(folder.credentials).read();
    if (known && force !== true && enrolmentState(known, context.facts.clock.now()) === "VALID") {
      output.err(`This machine is already enrolled as ${known.agentId}. Use --force to enrol it anew.`);
      return EXIT.failed;
    }
    const agentId = await session.register(registrationToken, await currentFacts(container), stop);
    output.out(`Enrolled as ${agentId}. Credentials are in ${folder.credentials}.`);
    const configured = context.config().serverUrl;
    if (configured === undefined || configured === serverUrl) {
      const running = findRunning(folder);
      output.out(
        running === null
          ? "Start the agent with: redflag-agent run"
          : `The agent that runs, process ${running}, notices within ten minutes, or at once when it is started again.`,
      );
    } else {
      output.err(
        `The configuration names another server, ${configured}, and it wins: change it in ${context.configFile} or REDFLAG_SERVER_URL.`,
      );
    }
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof NotRegisteredError)) throw error;
    output.err(error.message);
    return EXIT.configuration;
  } finally {
    session.client.post.close();
  }
};
