import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer, type WebSocket } from "ws";
import type { Revocations } from "../access/revocations.js";
import { isForeignOrigin } from "./authenticate.js";
import { socketOptions, type SocketExtra, type SocketOptionsParts } from "./socket-options.js";
import { SocketWatch } from "./socket-watch.js";

/** What the WebSocket server is made of. */
export interface SocketServerParts extends SocketOptionsParts {
  readonly server: Server;
  readonly revocations: Revocations;
  readonly clock: () => number;
}

/** The WebSocket side of the server. */
export interface SocketServer {
  /** Takes no more sockets, ends those that are open (1012, "come back") and waits for them. */
  close(): Promise<void>;
}

/** Subscribing takes little text; the agents' reports go by POST. */
const LARGEST_MESSAGE = 64 * 1024;
const KEEP_ALIVE_MS = 12_000;
const CLOSE_WITHIN_MS = 2_000;

/** Serves subscriptions over graphql-ws at /graphql, under the same rules as HTTP. */
export function serveSockets(parts: SocketServerParts): SocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has("graphql-transport-ws") ? "graphql-transport-ws" : false),
  });
  const watch = new SocketWatch(parts);
  const graphql = useServer<Record<string, unknown>, SocketExtra>(
    { ...socketOptions(parts, watch), connectionInitWaitTimeout: 5_000, isProd: true },
    sockets,
    KEEP_ALIVE_MS,
  );
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const refusal = refuse(request);
    if (refusal) {
      socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      sockets.emit("connection", opened, request);
      // graphql-ws prints what a client sends wrong; ws has answered it with a close code already.
      opened.removeAllListeners("error");
      opened.on("error", (error) => parts.log.debug({ err: error }, "A socket was closed for what it sent"));
    });
  };
  parts.server.on("upgrade", upgrade);
  return {
    async close() {
      parts.server.off("upgrade", upgrade);
      parts.server.on("upgrade", (_request, socket: Duplex) => socket.destroy());
      watch.stop();
      await endAll(sockets.clients);
      await graphql.dispose();
      sockets.close();
    },
  };
}

function refuse(request: IncomingMessage): string | null {
  if ((request.url ?? "").split("?")[0] !== "/graphql") return "404 Not Found";
  return isForeignOrigin(request.headers) ? "403 Forbidden" : null;
}

async function endAll(clients: Iterable<WebSocket>): Promise<void> {
  await Promise.all(
    Array.from(clients, async (client) => {
      const closed = new Promise((resolve) => client.once("close", resolve));
      client.close(1012, "The server restarts");
      const timer = setTimeout(() => client.terminate(), CLOSE_WITHIN_MS);
      await closed;
      clearTimeout(timer);
    }),
  );
}
