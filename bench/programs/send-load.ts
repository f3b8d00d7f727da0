/** Sends requests as agents do, each body compressed, over kept-alive connections; bench/load.ts tells it what and when. */
import { Agent, request } from "node:http";
import { gzipSync } from "node:zlib";

import type { LoadOrder, LoadRequest, LoadResult } from "../load.ts";

/** Enough for the server and its database to be busy at the same time. */
const CONNECTIONS = 4;

interface Prepared {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string | number>>;
}

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
let url = "";
let prepared: readonly Prepared[] = [];

process.on("message", (message: LoadOrder | "go") => {
  if (message === "go") {
    void sendAll().then(tell, (error: unknown) => tell({ problem: String(error) }));
    return;
  }
  url = `${message.url}/graphql`;
  prepared = message.requests.map(prepare);
  process.send?.("prepared");
});
process.once("disconnect", () => process.exit(0));

function tell(result: LoadResult): void {
  process.send?.(result);
}

function prepare({ query, variables, accessToken }: LoadRequest): Prepared {
  const body = gzipSync(JSON.stringify({ query, variables }));
  return {
    body,
    headers: {
      "content-type": "application/json",
      "content-encoding": "gzip",
      "content-length": body.length,
      ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
    },
  };
}

async function sendAll(): Promise<LoadResult> {
  const queue = prepared.values();
  const from = performance.now();
  const connections = Array.from({ length: CONNECTIONS }, async () => {
    for (const next of queue) await sendOne(next);
  });
  await Promise.all(connections);
  return { milliseconds: performance.now() - from };
}

async function sendOne({ body, headers }: Prepared): Promise<void> {
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request(url, { agent, method: "POST", headers }, (response) => {
      let received = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text: received }));
    });
    sent.once("error", reject);
    sent.end(body);
  });
  if (status !== 200 || text.includes('"message"')) throw new Error(`${status}: ${text.slice(0, 500)}`);
}
