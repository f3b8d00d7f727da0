import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ClientConfig } from "pg";

/** Stands between a client and PostgreSQL and can lose the answer to a COMMIT. */
export interface LossyProxy {
  /** How to connect through it. */
  connection: ClientConfig;
  /** Loses the answer to the next COMMIT, which does reach the server, or the COMMIT itself. */
  loseNextCommit(what: "answer" | "request"): void;
  close(): Promise<void>;
}

/** Starts a proxy in front of a server. */
export async function startLossyProxy(target: ClientConfig): Promise<LossyProxy> {
  const folder = await mkdtemp(path.join(tmpdir(), "redflag-proxy-"));
  let lose: "answer" | "request" | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connectTo(target);
    sockets.add(client).add(upstream);
    let losing: "answer" | "request" | undefined;
    client.on("data", (chunk) => {
      // Simple query protocol: "Q", length, text.
      if (lose && /^Q....commit\0/s.test(chunk.toString("latin1"))) {
        losing = lose;
        lose = undefined;
      }
      if (losing === "request") {
        upstream.destroy();
        client.destroy();
      } else upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (losing === "answer") client.destroy();
      else client.write(chunk);
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on("error", () => {});
      socket.on("close", () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => void server.listen(path.join(folder, ".s.PGSQL.5432"), resolve));
  return {
    connection: { ...target, host: folder, port: 5432 },
    loseNextCommit: (what) => (lose = what),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => void server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function connectTo(target: ClientConfig): Socket {
  const { host = "localhost", port = 5432 } = target;
  return host.startsWith("/") ? connect(path.join(host, `.s.PGSQL.${port}`)) : connect(port, host);
}
