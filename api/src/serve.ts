import type { AddressInfo } from "node:net";
import type { GraphQLSchema } from "graphql";
import type { Logger } from "pino";
import { compose, type Ingredients, type Services } from "./compose.js";
import { watchDatabase } from "./database/watch-database.js";
import { buildApiSchema } from "./schema/build-schema.js";
import { createHttpServer } from "./server/http-server.js";
import { isSecureRequest } from "./server/is-secure-request.js";
import { serveSockets } from "./server/socket-server.js";

/** What the running server needs beside what it is composed from. */
export interface ServeOptions extends Ingredients {
  readonly logger: Logger;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly trustProxy: readonly string[];
  /** Folder of the built page. */
  readonly webDir: string;
}

/** A server that answers. */
export interface RunningServer {
  /** Where, for example "http://127.0.0.1:8080". */
  readonly url: string;
  readonly services: Services;
  /** What is served. */
  readonly schema: GraphQLSchema;
  /** Sockets are told to come back, requests under way end, then background work. The database stays open. */
  stop(): Promise<void>;
}

/** Requests that have not ended by then are cut off. */
const DRAIN_MS = 10_000;
const SWEEP_MS = 50;

/** Starts everything on an open, migrated database. Throws EADDRINUSE and its like as Node does. */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const services = await compose(options);
  await using opened = new AsyncDisposableStack();
  opened.defer(services.stop);
  const { authenticators, container, revocations } = services;
  const { database, logger, trustProxy, clock } = options;
  const schema = await buildApiSchema(options.modules, container);
  const watch = watchDatabase(database);
  opened.defer(() => watch.stop());
  const isReady = async (): Promise<boolean> =>
    database.availability.state === "answers" && (await database.query("select 1")).length === 1;
  const { webDir } = options;
  const app = await createHttpServer({
    schema,
    database,
    authenticators,
    logger,
    webDir,
    trustProxy,
    isReady,
  });
  opened.defer(async () => {
    const cut = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
    // A connection becomes idle when its last request has ended; clients would keep it open for seconds.
    const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS);
    await app.close();
    clearTimeout(cut);
    clearInterval(sweep);
  });
  const { server } = app;
  const isSecure = isSecureRequest(trustProxy);
  const log = logger;
  const sockets = serveSockets({
    server,
    schema,
    database,
    authenticators,
    revocations,
    log,
    clock,
    isSecure,
  });
  opened.defer(() => sockets.close());
  await app.listen({ host: options.host, port: options.port });
  const running = opened.move();
  return {
    url: urlOf(server.address() as AddressInfo),
    services,
    schema,
    stop: () => running.disposeAsync(),
  };
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
