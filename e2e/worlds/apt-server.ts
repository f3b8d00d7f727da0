import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

import type { AptRepository } from "./apt-repository.js";

/** A repository served over HTTP on the loopback interface. */
export interface AptServer {
  /** Base address without a slash at its end, for a `deb` line. */
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly requests: string[];
  /**
   * Called for each request; true means that it answered itself (or never will). Replace it to play a slow, broken or
   * moving archive.
   */
  intercept: (pathname: string, response: ServerResponse) => boolean;
  close(): Promise<void>;
}

/** Serves a repository on a free port of `host`. */
export async function serveAptRepository(repository: AptRepository, host = "127.0.0.1"): Promise<AptServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://archive");
    served.requests.push(pathname);
    if (served.intercept(pathname, response)) return;
    const file = path.join(repository.dir, decodeURIComponent(pathname));
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-length": statSync(file).size });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const served: AptServer = {
    url: `http://${host}:${port}`,
    requests: [],
    intercept: () => false,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return served;
}
