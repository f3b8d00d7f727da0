import { composeSession, currentFacts } from "../run/compose-remote.js";
import { registeredServer } from "../state/credentials.js";
import { STATE_FOLDER } from "../tokens.js";
import { NotRegisteredError } from "../transport/session.js";
import type { CliAction } from "./cli-context.js";
import { EXIT } from "./exit-codes.js";

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
    const known = await session.agentId();
    if (known !== undefined && force !== true) {
      output.err(`This machine is already enrolled as ${known}. Use --force to enrol it anew.`);
      return EXIT.failed;
    }
    const agentId = await session.register(registrationToken, await currentFacts(container), stop);
    output.out(`Enrolled as ${agentId}. Credentials are in ${folder.credentials}.`);
    const configured = context.config().serverUrl;
    if (configured === undefined || configured === serverUrl) {
      output.out("Start the agent with: redflag-agent run");
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
