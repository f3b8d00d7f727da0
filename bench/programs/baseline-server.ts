/**
 * What a server for agents' reports costs when it does nothing but store them: bare node:http, no account, no event, no
 * reconciliation. The bearer token is the agent's id. Tells its parent its address once it listens.
 *
 * `DATABASE_URL=… node baseline-server.ts WAY`
 */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import { baselineWays } from "./baseline-ways.ts";
import type { BaselineWay } from "./baseline-ways.ts";

const way = baselineWays[process.argv[2] as BaselineWay];
const answer = await way(process.env["DATABASE_URL"] ?? "");

const server = createServer((request, response) => {
  handle(request).then(
    (text) => response.setHeader("content-type", "application/json").end(text),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
process.once("disconnect", () => process.exit(0));

async function handle(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = JSON.parse((await promisify(gunzip)(Buffer.concat(chunks))).toString());
  const agentId = (request.headers.authorization ?? "").slice("Bearer ".length);
  return JSON.stringify({ data: await answer(agentId, body.variables.input) });
}
