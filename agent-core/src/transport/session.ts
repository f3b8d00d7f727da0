import type { ResultOf, VariablesOf } from "gql.tada";
import type { ServerClock } from "../clock/server-clock.js";
import type { Log } from "../log/log.js";
import {
  type AgentCredentials,
  type AgentFacts,
  REGISTER_AGENT,
  RENEW_AGENT,
} from "../protocol/operations.js";
import { type CredentialStore, type Credentials, enrolAgainCommand } from "../state/credentials.js";
import type { GraphqlClient } from "./graphql-client.js";
import { TransportError } from "./transport-error.js";

/** Renew when less than this part of the token's life is left. */
const RENEW_BELOW = 1 / 4;
const ACCESS_LIFE_MS = 24 * 3_600_000;

/** The machine is not enrolled; the message says what to do. */
export class NotRegisteredError extends Error {
  override readonly name = "NotRegisteredError";
}

/** Who this agent is to the server: enrols, renews in good time, and sends with a token that is valid. */
export class Session {
  #credentials: Credentials | undefined;
  #renewal: Promise<Credentials> | undefined;

  constructor(
    readonly client: GraphqlClient,
    readonly store: CredentialStore,
    readonly serverClock: ServerClock,
    readonly log: Log,
  ) {}

  async isRegistered(): Promise<boolean> {
    return (await this.#load()) !== undefined;
  }

  /** Enrols this machine. @throws NotRegisteredError when the server refuses, TransportError */
  async register(registrationToken: string, facts: AgentFacts, signal: AbortSignal): Promise<string> {
    const variables = { input: { registrationToken, facts } };
    const { registerAgent } = await this.client.send(REGISTER_AGENT, variables, signal);
    const { agent, credentials, errors } = registerAgent;
    if (!agent || !credentials) {
      const reason = errors.map((error) => error.message).join(" ") || "it gave no reason";
      throw new NotRegisteredError(`The server refuses to enrol this machine: ${reason}`);
    }
    await this.#keep(agent.id, credentials);
    this.log.info("agent registered", { agentId: agent.id });
    return agent.id;
  }

  /** Sends as this agent; an access token that is refused is renewed once. */
  async send<Document>(
    document: Document,
    variables: VariablesOf<Document>,
    signal: AbortSignal,
  ): Promise<ResultOf<Document>> {
    const token = await this.accessToken(signal);
    try {
      return await this.client.send(document, variables, signal, token);
    } catch (error) {
      if (!(error instanceof TransportError) || error.code !== "UNAUTHENTICATED") throw error;
      const { accessToken } = await this.#renew(token, signal);
      return this.client.send(document, variables, signal, accessToken);
    }
  }

  /** A token that is valid for a good while, judged by the server's clock. */
  async accessToken(signal: AbortSignal): Promise<string> {
    const credentials = await this.#require();
    const left = Date.parse(credentials.accessTokenExpiresAt) - this.serverClock.now();
    if (left > ACCESS_LIFE_MS * RENEW_BELOW) return credentials.accessToken;
    try {
      return (await this.#renew(credentials.accessToken, signal)).accessToken;
    } catch (error) {
      // Before it expires the present token serves; it is tried again at the next request.
      if (left > 0 && error instanceof TransportError && error.isRetryable) return credentials.accessToken;
      throw error;
    }
  }

  /** Says that the server refused a token outside of {@link Session.send}, so that the next one is another. */
  async replace(refused: string, signal: AbortSignal): Promise<void> {
    await this.#renew(refused, signal);
  }

  /** Replaces the tokens, unless somebody else did so already. One renewal at a time. */
  #renew(refused: string, signal: AbortSignal): Promise<Credentials> {
    this.#renewal ??= this.#renewOnce(refused, signal).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renewOnce(refused: string, signal: AbortSignal): Promise<Credentials> {
    // Another process, such as redflag-agent register, may have put others there.
    this.#credentials = (await this.store.read()) ?? this.#credentials;
    const credentials = await this.#require();
    const { agentId, refreshToken, accessToken } = credentials;
    if (accessToken !== refused) return credentials;
    const variables = { input: { refreshToken } };
    const { renewAgent } = await this.client.send(RENEW_AGENT, variables, signal);
    if (renewAgent.credentials) return this.#keep(agentId, renewAgent.credentials);
    if (credentials.refusedAt === undefined) {
      const refusedAt = new Date(this.serverClock.now()).toISOString();
      await this.store.write({ ...credentials, refusedAt });
    }
    const reason = renewAgent.errors.map((error) => error.message).join(" ");
    throw new NotRegisteredError(
      `The server no longer knows this agent: ${reason} Make a registration token in the page and enrol again: ${enrolAgainCommand(credentials.serverUrl)}. Nothing is lost; what waits to be told is told then.`,
    );
  }

  async #keep(agentId: string, tokens: AgentCredentials): Promise<Credentials> {
    const credentials = {
      agentId,
      serverUrl: this.client.post.url.href.replace(/\/graphql$/u, ""),
      ...tokens,
    };
    await this.store.write(credentials);
    this.#credentials = credentials;
    return credentials;
  }

  async #load(): Promise<Credentials | undefined> {
    this.#credentials ??= await this.store.read();
    return this.#credentials;
  }

  async #require(): Promise<Credentials> {
    const credentials = await this.#load();
    if (credentials) return credentials;
    throw new NotRegisteredError(
      "This machine is not enrolled. Make a registration token in the page, then run redflag-agent register --token <token>.",
    );
  }
}
