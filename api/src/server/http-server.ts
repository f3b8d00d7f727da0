import fastifyCompress from "@fastify/compress";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import type { GraphQLSchema } from "graphql";
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { uuidv7 } from "uuidv7";
import type { Authenticator } from "../access/authenticator.js";
import { anonymous, type Caller } from "../access/caller.js";
import type { Database } from "../database/database.js";
import { createContext } from "../schema/context.js";
import { startApollo } from "./apollo.js";
import { answerError, answerTrouble } from "./answer-error.js";
import { authenticate, credentialOf, isForeignOrigin } from "./authenticate.js";
import { serveHealth } from "./health.js";
import { inflateBody, LARGEST_AGENT_BODY, refuseOtherCharsets } from "./inflate-body.js";
import { away } from "./present-error.js";
import { RefusedOriginError } from "./refused-origin.js";
import { RefusedTokenError } from "./refused-token.js";
import { securityHeaders } from "./security-headers.js";
import { cookieJar } from "./session-cookie.js";
import { serveStaticPage } from "./static-page.js";
import { withRequestId } from "./with-request-id.js";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; known before the body is read. */
    caller: Caller;
  }
}

/** What the server is made of. */
export interface HttpServerParts {
  readonly schema: GraphQLSchema;
  readonly database: Database;
  readonly authenticators: readonly Authenticator[];
  readonly logger: Logger;
  /** Folder of the built page. */
  readonly webDir: string;
  /** Proxies whose `X-Forwarded-*` is believed: addresses or ranges. None by default. */
  readonly trustProxy: readonly string[];
  readonly isReady: () => Promise<boolean>;
}

/** Slow and endless requests end after these. Milliseconds. */
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 60_000;

/** Builds the HTTP server; it does not listen yet. */
export async function createHttpServer(parts: HttpServerParts): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: parts.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => uuidv7(),
    requestIdHeader: false,
    trustProxy: parts.trustProxy.length > 0 ? [...parts.trustProxy] : false,
    bodyLimit: LARGEST_AGENT_BODY,
    requestTimeout: REQUEST_WITHIN_MS,
    http: { headersTimeout: HEADERS_WITHIN_MS },
    forceCloseConnections: "idle",
    return503OnClosing: true,
  });
  app.decorateRequest("caller");
  app.addHook("onRequest", async (request, reply) => {
    request.caller = anonymous;
    void reply.headers({ ...securityHeaders, "x-request-id": request.id });
  });
  app.addHook("onResponse", async (request, reply) => {
    const [path] = request.url.split("?");
    const { statusCode, elapsedTime } = reply;
    const facts = {
      requestId: request.id,
      method: request.method,
      path,
      statusCode,
      ms: Math.round(elapsedTime),
    };
    const who = { caller: request.caller.kind, address: request.ip };
    request.log.debug({ ...facts, ...who }, "Answered");
  });
  app.setErrorHandler(answerError);
  await app.register(fastifyCompress, {
    encodings: ["zstd", "br", "gzip"],
    threshold: 1024,
    // Requests are inflated with a limit of their own.
    globalDecompression: false,
  });
  serveHealth(app, parts.isReady);
  await serveGraphql(app, parts);
  await serveStaticPage(app, parts.webDir);
  return app;
}

async function serveGraphql(app: FastifyInstance, parts: HttpServerParts): Promise<void> {
  const { database, logger } = parts;
  const apollo = await startApollo(parts.schema, logger);
  app.addHook("onClose", () => apollo.stop());
  const handle = fastifyApolloHandler(apollo, {
    context: async (request, reply) => {
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      return createContext({
        requestId: request.id,
        caller: request.caller,
        database,
        log: logger,
        address: request.ip,
        signal: gone.signal,
        cookies: cookieJar(request, reply),
      });
    },
  });
  app.route({
    method: "POST",
    url: "/graphql",
    onRequest: async (request, reply) => {
      void reply.header("cache-control", "no-store");
      if (database.availability.state !== "answers") return answerTrouble(away, request, reply);
      refuseOtherCharsets(request.headers["content-type"]);
      const credential = credentialOf(request.headers, request.protocol === "https");
      if (credential?.kind !== "bearer" && isForeignOrigin(request.headers)) throw new RefusedOriginError();
      request.caller = await authenticate(parts.authenticators, credential);
      if (credential?.kind === "bearer" && request.caller.kind === "anonymous") {
        void reply.header("www-authenticate", "Bearer");
        throw new RefusedTokenError();
      }
    },
    preParsing: async (request, _reply, body) => inflateBody(request, body as never),
    handler: async (request, reply) => {
      const body: unknown = await handle.call(app, request, reply);
      return typeof body === "string" && reply.statusCode >= 400 ? withRequestId(body, request.id) : body;
    },
  });
}
