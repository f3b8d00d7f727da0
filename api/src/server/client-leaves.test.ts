import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.js";

interface Line {
  readonly level: number;
  readonly msg: string;
}

const WARN = 40;
const lines: Line[] = [];
let server: TestServer;
let webDir: string;

beforeAll(async () => {
  webDir = await mkdtemp(path.join(tmpdir(), "redflag-web-"));
  await mkdir(path.join(webDir, "assets"));
  await writeFile(path.join(webDir, "assets", "app-1a2b.js"), randomBytes(2 ** 21).toString("hex"));
  const logger = pino({ level: "debug" }, { write: (line) => void lines.push(JSON.parse(line) as Line) });
  server = await startTestServer({ webDir, logger });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(webDir, { recursive: true });
});

/** Sends these bytes as they are and breaks the connection at once. */
async function sendAndLeave(bytes: string | Buffer): Promise<void> {
  const { hostname, port } = new URL(server.url);
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes, () => {
        socket.resetAndDestroy();
        resolve();
      });
    });
    socket.on("error", reject);
  });
}

const head = (first: string, ...more: string[]): string =>
  [first, "host: localhost", "accept-encoding: gzip", ...more, "", ""].join("\r\n");
const QUESTION = JSON.stringify({ query: "{ server { version } }" });
const LARGE = JSON.stringify({ query: "{ __schema { types { name description } } }" });
const json = (body: string, ...more: string[]): string =>
  head("POST /graphql HTTP/1.1", "content-type: application/json", `content-length: ${body.length}`, ...more);
const PACKED = gzipSync(QUESTION.padEnd(5000));

test.each([
  ["a large file has come", () => head("GET /assets/app-1a2b.js HTTP/1.1")],
  ["a short answer has come", () => json(QUESTION) + QUESTION],
  ["a long answer has come", (cookie: string) => json(LARGE, `cookie: ${cookie}`) + LARGE],
  ["its body is sent", () => json(QUESTION) + QUESTION.slice(0, 10)],
  [
    "its packed body is sent",
    () => Buffer.concat([Buffer.from(json(QUESTION, "content-encoding: gzip")), PACKED.subarray(0, 30)]),
  ],
])("a browser that leaves before %s is no error of ours, nor of the database", async (_, bytesFor) => {
  const admin = await server.admin();
  lines.length = 0;
  for (let time = 0; time < 20; time += 1) await sendAndLeave(bytesFor(admin.cookie));
  // Answered after the others, so that what they left behind has been seen.
  for (let time = 0; time < 5; time += 1) await admin.ask(QUESTION);
  await expect.poll(() => lines.filter(({ msg }) => msg === "Answered").length).toBeGreaterThan(4);
  expect(lines.filter(({ level }) => level >= WARN)).toEqual([]);
});
