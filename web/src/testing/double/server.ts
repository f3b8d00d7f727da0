import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";

import { buildSchema, getOperationAST, graphql, GraphQLError, type GraphQLSchema, parse } from "graphql";
import { useServer as serveOver } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";

import type { Caller } from "./access.js";
import { createRoots } from "./roots.js";
import { World } from "./world.js";

const ROOT = path.resolve(import.meta.dirname, "../../../..");
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const COOKIE = "redflag_session";
/** As many as the server allows. */
const MOST_SUBSCRIPTIONS = 50;
/** At least as strict as the server's. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** A running double. */
export interface Double {
  readonly world: World;
  /** For example `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Breaks every live connection and refuses new ones, or accepts them again. */
  setLive(isLive: boolean): void;
  /** Breaks every request to the API, or answers them again. The page itself stays reachable. */
  setReachable(isReachable: boolean): void;
  /** Takes the database away from the API, or gives it back; live connections stay. */
  setDatabase(isThere: boolean): void;
  /** Ends all sessions on the server. */
  endSessions(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A test double of the server, made from `schema.graphql`: it serves the built page with the strict content security
 * policy, and GraphQL over HTTP and WebSocket from memory.
 *
 * @param dist folder of the built page
 */
export async function startDouble(dist: string, world = new World()): Promise<Double> {
  const schema = buildSchema(await readFile(path.join(ROOT, "schema.graphql"), "utf8"));
  const roots = createRoots(world);
  let isLive = true;
  let isReachable = true;
  let hasDatabase = true;
  const callerOf = (request: IncomingMessage): Caller => {
    const session = new RegExp(`${COOKIE}=([^;]+)`).exec(request.headers.cookie ?? "")?.[1] ?? "";
    const operator = world.operators.get(world.sessions.get(session) ?? "") ?? null;
    return { operator, setCookie: () => undefined };
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://double");
    const isApi = url.pathname === "/graphql" || url.pathname === "/readyz";
    if (!isApi) return void servePage(dist, url.pathname, response);
    if (!isReachable) return void request.socket.destroy();
    if (!hasDatabase) return sayAway(response);
    if (url.pathname === "/readyz") return void response.end('{"status":"ready"}');
    return void answer(schema, roots, callerOf(request), request, response);
  });
  const sockets = new WebSocketServer({ noServer: true });
  serveOver(
    {
      schema,
      context: (context) => callerOf(context.extra.request),
      roots: { subscription: roots.subscription as unknown as Record<string, never> },
      onConnect: (context) => callerOf(context.extra.request).operator !== null,
      onSubscribe: ({ subscriptions }) => {
        if (Object.keys(subscriptions).length <= MOST_SUBSCRIPTIONS) return undefined;
        return [new GraphQLError("Too many subscriptions.", { extensions: { code: "TOO_COMPLEX" } })];
      },
    },
    sockets,
  );
  server.on("upgrade", (request, socket, head) => {
    if (!isLive || !isReachable) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (live) => sockets.emit("connection", live, request));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const dropSockets = () => {
    for (const socket of sockets.clients) socket.terminate();
  };
  return {
    world,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setLive: (next) => {
      isLive = next;
      if (!next) dropSockets();
    },
    setReachable: (next) => {
      isReachable = next;
      if (!next) dropSockets();
    },
    setDatabase: (isThere) => {
      hasDatabase = isThere;
    },
    endSessions: () => {
      world.sessions.clear();
      dropSockets();
    },
    [Symbol.asyncDispose]: async () => {
      dropSockets();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** As the server answers while its database is away. */
function sayAway(response: ServerResponse): void {
  const message = "The server cannot reach its database at this moment. Try again in a few seconds.";
  const errors = [{ message, extensions: { code: "INTERNAL", requestId: "request-1" } }];
  response.writeHead(503, { "Content-Type": "application/json; charset=utf-8" });
  response.end(JSON.stringify({ errors }));
}

async function answer(
  schema: GraphQLSchema,
  roots: ReturnType<typeof createRoots>,
  caller: Caller,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = JSON.parse(await text(request)) as {
    query: string;
    variables?: Record<string, unknown>;
    operationName?: string;
  };
  const kind = getOperationAST(parse(body.query), body.operationName)?.operation;
  caller.setCookie = (session) => {
    const age = session ? "" : "; Max-Age=0";
    response.setHeader("Set-Cookie", `${COOKIE}=${session ?? ""}; Path=/; HttpOnly; SameSite=Strict${age}`);
  };
  const result = await graphql({
    schema,
    source: body.query,
    rootValue: kind === "mutation" ? roots.mutation(caller) : roots.query,
    contextValue: caller,
    ...(body.variables && { variableValues: body.variables }),
    ...(body.operationName && { operationName: body.operationName }),
  });
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(result));
}

async function servePage(dist: string, pathname: string, response: ServerResponse): Promise<void> {
  const isFile = path.extname(pathname) !== "";
  const file = path.join(dist, isFile ? path.normalize(pathname) : "index.html");
  response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  response.setHeader("Content-Type", TYPES[path.extname(file)] ?? "application/octet-stream");
  try {
    response.end(await readFile(file));
  } catch {
    response.writeHead(404).end("not found");
  }
}
