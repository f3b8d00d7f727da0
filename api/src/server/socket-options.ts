import type { IncomingMessage } from "node:http";
import {
  getOperationAST,
  GraphQLError,
  parse,
  subscribe,
  validate,
  type ExecutionArgs,
  type FormattedExecutionResult,
  type GraphQLSchema,
} from "graphql";
import type { ServerOptions, SubscribePayload } from "graphql-ws";
import type { Extra } from "graphql-ws/use/ws";
import { getVariableValues } from "graphql/execution/values.js";
import { uuidv7 } from "uuidv7";
import type { WebSocket } from "ws";
import type { Authenticator } from "../access/authenticator.js";
import type { Caller } from "../access/caller.js";
import type { Database } from "../database/database.js";
import type { Log } from "../database/log.js";
import { createContext, type RequestContext } from "../schema/context.js";
import { RequestError } from "../schema/request-error.js";
import { tell } from "./apollo.js";
import { authenticate, credentialOf } from "./authenticate.js";
import { edgeLimits, enforceEdgeRules } from "./edge-rules.js";
import { endWhenReturned } from "./end-when-returned.js";
import { isInternal, present } from "./present-error.js";
import type { SocketWatch } from "./socket-watch.js";

/** What the hooks work with. */
export interface SocketOptionsParts {
  readonly schema: GraphQLSchema;
  readonly database: Database;
  readonly authenticators: readonly Authenticator[];
  readonly log: Log;
  /** Whether an upgrade request came over HTTPS, by itself or through a trusted proxy. */
  readonly isSecure: (request: IncomingMessage) => boolean;
}

/** What is kept of each socket. */
export interface SocketExtra extends Record<PropertyKey, unknown> {
  caller?: Caller;
  /** Settles when the socket is gone. */
  closed?: Promise<void>;
}

type Options = ServerOptions<Record<string, unknown>, Extra & Partial<SocketExtra>>;

/** Enough for a page with many live parts. */
const MOST_SUBSCRIPTIONS = 50;
/** Who has this much waiting does not read; it comes back and resumes by sequence. Bytes. */
const MOST_BUFFERED = 4 * 2 ** 20;
const SLOW_READER = 1013;
const SLOW_READER_GOODBYE_MS = 1_000;

/** graphql-ws's hooks: authentication, the edge rules, masked errors, limits. */
export function socketOptions(parts: SocketOptionsParts, watch: SocketWatch): Options {
  const { schema, database, log } = parts;

  const prepare = (payload: SubscribePayload, caller: Caller, address: string): ExecutionArgs => {
    const requestId = uuidv7();
    const document = parse(payload.query, { maxTokens: edgeLimits.tokens });
    const [invalid] = validate(schema, document);
    if (invalid) throw invalid;
    const operation = getOperationAST(document, payload.operationName);
    if (!operation) throw new RequestError("BAD_USER_INPUT", "The document holds no operation of this name.");
    const variables = payload.variables ?? {};
    enforceEdgeRules({ schema, document, operation, variables, caller, transport: "socket" });
    const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
      maxErrors: 10,
    });
    if (coerced.errors?.[0]) throw coerced.errors[0];
    const ended = new AbortController();
    const contextValue = createContext({ requestId, caller, database, log, address, signal: ended.signal });
    abortControllers.set(contextValue, ended);
    return {
      schema,
      document,
      operationName: payload.operationName,
      variableValues: variables,
      contextValue,
    };
  };

  return {
    schema,
    async onConnect(connection) {
      const { extra, connectionParams } = connection;
      const { headers } = extra.request;
      const authorization = connectionParams?.["authorization"];
      const given = typeof authorization === "string" ? { ...headers, authorization } : headers;
      const credential = credentialOf(given, parts.isSecure(extra.request));
      const caller = await authenticate(parts.authenticators, credential);
      if (!credential || caller.kind === "anonymous") return false;
      extra.caller = caller;
      extra.closed = new Promise((resolve) => extra.socket.once("close", () => resolve()));
      watch.add(extra.socket, credential, caller);
      return true;
    },
    onSubscribe({ extra, subscriptions }, _id, payload) {
      const { caller } = extra;
      if (!caller) return [new RequestError("UNAUTHENTICATED", "Connect again with a valid login.")];
      if (Object.keys(subscriptions).length > MOST_SUBSCRIPTIONS) {
        return [
          new RequestError("TOO_COMPLEX", `One socket carries at most ${MOST_SUBSCRIPTIONS} subscriptions.`),
        ];
      }
      try {
        return prepare(payload, caller, extra.request.socket.remoteAddress ?? "");
      } catch (error) {
        if (error instanceof GraphQLError) return [error];
        throw error;
      }
    },
    subscribe: async (args) => {
      const result = await subscribe(args);
      const ended = abortControllers.get(args.contextValue as RequestContext);
      return Symbol.asyncIterator in result && ended ? endWhenReturned(result, ended) : result;
    },
    onError({ extra }, _id, _payload, errors) {
      return errors.map((error) => show(error, { caller: extra.caller, requestId: uuidv7() }));
    },
    async onNext({ extra }, _id, _payload, args, result): Promise<FormattedExecutionResult> {
      if (extra.socket.bufferedAmount > MOST_BUFFERED) endSlowReader(extra.socket);
      // What is sent to a closing socket is done at once, so a source that never waits would run for ever.
      if (extra.socket.readyState === extra.socket.CLOSING) await extra.closed;
      const { data = null, errors } = result;
      const { requestId } = args.contextValue as RequestContext;
      if (!errors) return { data };
      return { data, errors: errors.map((error) => show(error, { caller: extra.caller, requestId })) };
    },
  };

  function show(error: GraphQLError, about: { caller: Caller | undefined; requestId: string }) {
    const { requestId } = about;
    if (isInternal(classify(error)))
      log.error({ err: error.originalError ?? error, requestId }, "A field failed");
    const caller = about.caller ?? ({ kind: "anonymous", permissions: new Set() } as const);
    return tell(present(classify(error)), { caller, requestId });
  }
}

/** A goodbye waits behind what the reader does not read, so it is not waited for long. */
function endSlowReader(socket: WebSocket): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.close(SLOW_READER, "Read faster");
  setTimeout(() => socket.terminate(), SLOW_READER_GOODBYE_MS).unref();
}

/** The operation's end, by its context: graphql-ws tells of it only through the iterator. */
const abortControllers = new WeakMap<RequestContext, AbortController>();

/** Complaints of graphql-js about the request itself come without a code and without a path. */
function classify(error: GraphQLError): GraphQLError {
  if (error.originalError || error.path || error.extensions["code"] !== undefined) return error;
  const { message, nodes, source, positions } = error;
  const extensions = { code: "GRAPHQL_VALIDATION_FAILED" };
  return new GraphQLError(message, { nodes: nodes ?? null, source, positions, extensions });
}
