import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { buildSchema, graphql } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import type {
  AgentFacts,
  ClaimedCommand,
  CommandResultInput,
  ScanReportInput,
} from "../protocol/operations.js";
import type { LocalCommandInput } from "../protocol/report-local-command.js";
import type { KeyPair } from "./local-ca.js";
import { ProtocolCommands } from "./protocol-commands.js";

const SCHEMA_FILE = path.resolve(import.meta.dirname, "../../../schema.graphql");
const DAY_MS = 24 * 3_600_000;

/** Answers instead of the server, to stand for a broken proxy. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A server in this process that speaks the agent's protocol as `schema.graphql` has it, kept in memory. */
export class ProtocolServer {
  readonly schema = buildSchema(readFileSync(SCHEMA_FILE, "utf8"));
  readonly commands = new ProtocolCommands();
  readonly reports: ScanReportInput[] = [];
  readonly checkIns: { facts?: AgentFacts; sources: { source: string; digest: string | null }[] }[] = [];
  /** What was done at machines without the server, once each, in the order in which it was told. */
  readonly localCommands: LocalCommandInput[] = [];
  readonly operations: string[] = [];
  /** Bytes of request bodies as they came over the wire. */
  readonly encodings: (string | undefined)[] = [];
  /** Whether what was done without the server is refused. */
  refuseLocal = false;
  registrationTokens = new Set(["let-me-in"]);
  accessLifeMs = DAY_MS;
  /** Names that a hostile server asks for as sources. */
  alsoWanted: readonly string[] = [];
  intervalSeconds = 300;
  fault: Fault | undefined;
  /** Answers to these operations are lost: the server acts and the connection breaks. */
  readonly loseAnswerOnce = new Set<string>();
  #access = new Set<string>();
  #refresh = new Set<string>();
  #tokens = 0;
  #wake: (() => void)[] = [];
  #http: Server | undefined;
  #sockets: WebSocketServer | undefined;

  /**
   * Starts on a free port.
   *
   * @param tls the key and certificate of a server that speaks https.
   * @returns the server's address
   */
  async start(tls?: KeyPair, host = "127.0.0.1"): Promise<string> {
    const answer = (request: IncomingMessage, response: ServerResponse) =>
      void this.#answer(request, response);
    const http = tls ? createSecureServer(tls, answer) : createServer(answer);
    const sockets = new WebSocketServer({ server: http, path: "/graphql" });
    useServer(
      {
        schema: this.schema,
        roots: { subscription: { agentWoken: () => this.#wakes() } },
        onConnect: ({ connectionParams }) =>
          this.#isAuthorised(String(connectionParams?.["authorization"] ?? "")),
      },
      sockets,
    );
    await new Promise<void>((resolve) => http.listen(0, host, resolve));
    this.#http = http;
    this.#sockets = sockets;
    const name = host.includes(":") ? `[${host}]` : host;
    return `${tls ? "https" : "http"}://${name}:${(http.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets?.clients ?? []) socket.terminate();
    this.#http?.closeAllConnections();
    await new Promise((resolve) => this.#http?.close(resolve));
  }

  get openSockets(): number {
    return this.#sockets?.clients.size ?? 0;
  }

  /** Queues a command and wakes the agent. */
  enqueue(command: ClaimedCommand): void {
    this.commands.enqueue(command);
    this.wake();
  }

  wake(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** Every access token is refused from now on. */
  revokeAccess(): void {
    this.#access = new Set();
  }

  /** No token of any kind is known any more. */
  forgetAgents(): void {
    this.#access = new Set();
    this.#refresh = new Set();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.fault?.(request, response)) return;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const encoding = request.headers["content-encoding"];
    this.encodings.push(encoding);
    const body = JSON.parse((encoding === "gzip" ? gunzipSync(bytes) : bytes).toString()) as {
      query: string;
      variables: Record<string, unknown>;
    };
    const operation = /mutation (\w+)/u.exec(body.query)?.[1] ?? "";
    this.operations.push(operation);
    const isPublic = operation === "RegisterAgent" || operation === "RenewAgent";
    if (!isPublic && !this.#isAuthorised(request.headers.authorization ?? "")) {
      const errors = [{ message: "Log in.", extensions: { code: "UNAUTHENTICATED" } }];
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ errors }));
      return;
    }
    const result = await graphql({
      schema: this.schema,
      source: body.query,
      variableValues: body.variables,
      rootValue: this.#root(),
    });
    if (this.loseAnswerOnce.delete(operation)) {
      request.socket.destroy();
      return;
    }
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(result));
  }

  #isAuthorised(header: string): boolean {
    return this.#access.has(header.replace(/^Bearer /u, ""));
  }

  #issue() {
    this.#tokens += 1;
    const accessToken = `access-${this.#tokens}`;
    const refreshToken = `refresh-${this.#tokens}`;
    this.#access.add(accessToken);
    this.#refresh.add(refreshToken);
    return {
      accessToken,
      accessTokenExpiresAt: new Date(Date.now() + this.accessLifeMs).toISOString(),
      refreshToken,
      refreshTokenExpiresAt: new Date(Date.now() + 90 * DAY_MS).toISOString(),
    };
  }

  #refusal(message: string) {
    return [
      { __typename: "PreconditionError", code: "PRECONDITION_FAILED", message, path: null, reason: "X" },
    ];
  }

  #root() {
    return {
      registerAgent: ({ input }: { input: { registrationToken: string; facts: AgentFacts } }) => {
        if (!this.registrationTokens.has(input.registrationToken)) {
          return { agent: null, credentials: null, errors: this.#refusal("The token is not valid.") };
        }
        const agent = { id: `agent_${this.#tokens + 1}`, name: input.facts.hostname };
        return { agent, credentials: this.#issue(), errors: [] };
      },
      renewAgent: ({ input }: { input: { refreshToken: string } }) => {
        if (!this.#refresh.has(input.refreshToken)) {
          return { credentials: null, errors: this.#refusal("The refresh token is unknown.") };
        }
        return { credentials: this.#issue(), errors: [] };
      },
      checkIn: ({ input }: { input: ProtocolServer["checkIns"][number] & { commandIds: string[] } }) => {
        this.checkIns.push(input);
        const lacks = input.sources.filter(({ source, digest }) => {
          const known = this.reports.findLast((report) => report.source === source);
          return digest !== null && known?.digest !== digest;
        });
        return {
          wantedSources: [...this.alsoWanted, ...lacks.map(({ source }) => source)],
          intervalSeconds: this.intervalSeconds,
          hasCommands: this.commands.hasQueued,
          cancelledCommands: this.commands.cancelled(input.commandIds),
          currentAt: new Date().toISOString(),
          errors: [],
        };
      },
      reportScan: ({ input }: { input: ScanReportInput }) => {
        this.reports.push(input);
        return { scan: null, errors: [] };
      },
      claimCommands: ({ input }: { input: { first: number } }) => ({
        commands: this.commands.claim(input.first),
        errors: [],
      }),
      reportProgress: ({ input }: { input: Parameters<ProtocolCommands["progress"]>[0] }) =>
        this.commands.progress(input),
      reportLocalCommand: ({ input }: { input: LocalCommandInput }) => {
        if (this.refuseLocal)
          return { isRecorded: false, errors: this.#refusal("The source's name is odd.") };
        if (!this.localCommands.some(({ commandId }) => commandId === input.commandId)) {
          this.localCommands.push(input);
        }
        return { isRecorded: true, errors: [] };
      },
      reportResult: ({ input }: { input: CommandResultInput }) => this.commands.result(input),
    };
  }

  async *#wakes() {
    for (let sequence = 1; ; sequence += 1) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
      const cancelled = [...this.commands.all.values()].some((one) => one.isCancelRequested);
      const reason = cancelled ? "CANCEL_REQUESTED" : "COMMAND_QUEUED";
      yield { agentWoken: { sequence: String(sequence), occurredAt: new Date().toISOString(), reason } };
    }
  }
}
