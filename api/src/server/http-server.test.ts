import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.js";

let server: TestServer;
let webDir: string;

beforeAll(async () => {
  webDir = await mkdtemp(path.join(tmpdir(), "redflag-web-"));
  await mkdir(path.join(webDir, "assets"));
  await writeFile(path.join(webDir, "index.html"), "<!doctype html><title>RedFlag</title>");
  await writeFile(path.join(webDir, "assets", "app-1a2b.js"), `console.log("${"x".repeat(5000)}");`);
  server = await startTestServer({ webDir });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(webDir, { recursive: true });
});

const QUESTION = JSON.stringify({ query: "{ server { version } }" });

async function post(body: string | Buffer, headers: Record<string, string> = {}) {
  const response = await server.client().post(body, headers);
  const answer = (await response.json()) as {
    data?: object;
    errors?: { message: string; extensions: object }[];
  };
  return { status: response.status, headers: response.headers, ...answer };
}

test("the process and the database are told apart for supervisors", async () => {
  const alive = await fetch(`${server.url}/healthz`);
  const ready = await fetch(`${server.url}/readyz`);
  expect([alive.status, await alive.json()]).toEqual([200, { status: "ok" }]);
  expect([ready.status, await ready.json()]).toEqual([200, { status: "ready" }]);
  expect(ready.headers.get("cache-control")).toBe("no-store");
});

test("the page is served at its own addresses, its files by name, and nothing else", async () => {
  const front = await fetch(`${server.url}/`);
  expect([front.status, front.headers.get("cache-control")]).toEqual([200, "no-cache"]);
  const deep = await fetch(`${server.url}/agents/agent_1?tab=updates`);
  expect([deep.status, await deep.text()]).toEqual([200, "<!doctype html><title>RedFlag</title>"]);
  const file = await fetch(`${server.url}/assets/app-1a2b.js`);
  expect(file.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect((await fetch(`${server.url}/assets/missing.js`)).status).toBe(404);
  expect((await fetch(`${server.url}/..%2f..%2fetc/passwd`)).status).not.toBe(500);
  expect((await fetch(`${server.url}/graphql`)).status).toBe(404);
});

test("without a built page the address says so, and the API answers", async () => {
  await using bare = await startTestServer();
  const response = await fetch(`${bare.url}/agents`);
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("npm run build");
  expect((await bare.client().ask("{ server { version } }")).data.server.version).toMatch(/^\d+\.\d+\.\d+/);
});

test("A22 every answer forbids framing, sniffing and inline scripts, and answers with data are not kept", async () => {
  for (const place of ["/", "/healthz", "/nowhere.txt"]) {
    const { headers } = await fetch(server.url + place);
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  }
  expect((await post(QUESTION)).headers.get("cache-control")).toBe("no-store");
});

test("bodies come in gzip, deflate and zstd", async () => {
  for (const [encoding, encode] of Object.entries({
    gzip: gzipSync,
    deflate: deflateSync,
    zstd: zstdCompressSync,
  })) {
    expect(await post(encode(QUESTION), { "content-encoding": encoding })).toMatchObject({
      status: 200,
      data: {},
    });
  }
  expect(await post(QUESTION, { "content-encoding": "br" })).toMatchObject({ status: 415 });
  expect(await post("no gzip", { "content-encoding": "gzip" })).toMatchObject({ status: 400 });
});

test("a bomb is refused when a mebibyte has come out of it, and so is a plain body of that size", async () => {
  const large = JSON.stringify({ query: `{ server { version } } # ${"x".repeat(2 ** 20)}` });
  const code = { extensions: { code: "BAD_USER_INPUT", requestId: expect.any(String) } };
  expect(await post(gzipSync(large), { "content-encoding": "gzip" })).toMatchObject({
    status: 413,
    errors: [code],
  });
  expect(await post(large)).toMatchObject({ status: 413, errors: [code] });
});

test("an agent, and nobody else, may send more than a mebibyte", async () => {
  const admin = await server.admin();
  const made = await admin.ask(`mutation { addRegistrationToken(input: { name: "one" }) { secret } }`);
  const facts = { hostname: "web-1", architecture: "x64", agentVersion: "0.1.0", canInstall: true };
  const registered = await server
    .client()
    .ask(
      "mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) { credentials { accessToken } } }",
      { input: { registrationToken: made.data.addRegistrationToken.secret, facts } },
    );
  const agent = server.client();
  agent.token = registered.data.registerAgent.credentials.accessToken;
  const padding = (mebibytes: number): string =>
    `{ server { version } } # ${"x".repeat(mebibytes * 2 ** 20)}`;
  expect((await agent.ask(padding(3))).data.server.version).toEqual(expect.any(String));
  expect((await admin.ask(padding(3))).status).toBe(413);
  const bomb = gzipSync(JSON.stringify({ query: padding(33) }));
  expect((await agent.post(bomb, { "content-encoding": "gzip" })).status).toBe(413);
});

test("D2 while the database is away the server says so at once, and supervisors are told", async () => {
  await using away = await startTestServer();
  const admin = await away.admin();
  const { database } = away.database.connection;
  const outside = await server.database.openClient();
  await outside.query(`alter database ${database} allow_connections false`);
  await outside.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
    database,
  ]);
  await expect.poll(async () => (await fetch(`${away.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${away.url}/healthz`)).status).toBe(200);
  const refused = await admin.ask("{ viewer { permissions } }");
  expect(refused.code).toBe("INTERNAL");
  expect(refused.errors[0]?.message).not.toContain(String(database));
  await outside.query(`alter database ${database} allow_connections true`);
  await outside.end();
  await expect.poll(async () => (await fetch(`${away.url}/readyz`)).status).toBe(200);
  expect((await admin.ask("{ viewer { permissions } }")).errors).toEqual([]);
}, 20_000);

test("answers are compressed for those who can read it", async () => {
  const response = await fetch(`${server.url}/assets/app-1a2b.js`, {
    headers: { "accept-encoding": "gzip" },
  });
  expect(response.headers.get("content-encoding")).toBe("gzip");
});

test("G13 odd content types are refused at once", async () => {
  for (const type of [
    "text/plain",
    "message/rfc822",
    "application/json; charset=utf-7",
    "multipart/form-data",
  ]) {
    const { status } = await server.client().post(QUESTION, { "content-type": type });
    expect([type, status >= 400 && status < 500 ? "refused" : status]).toEqual([type, "refused"]);
  }
});

test("what is not JSON is refused in GraphQL's own form", async () => {
  const { status, errors } = await post("{");
  expect(status).toBe(400);
  expect(errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", requestId: expect.any(String) });
});

test("A20 a page from elsewhere gets no CORS headers and no answer in anybody's name", async () => {
  const admin = await server.admin();
  for (const origin of ["https://evil.example", "null", `http://evil-${new URL(server.url).host}`]) {
    const answer = await admin.ask("{ viewer { permissions } }", {}, { origin });
    expect([answer.status, answer.code]).toEqual([403, "FORBIDDEN"]);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  }
  expect((await admin.ask("{ viewer { permissions } }", {}, { origin: server.url })).status).toBe(200);
});

test("an error inside the server is masked, and its log tells under the same request id", async () => {
  const lines: string[] = [];
  const { pino } = await import("pino");
  const logger = pino({ level: "error" }, { write: (line: string) => void lines.push(line) });
  await using broken = await startTestServer({ logger });
  await broken.database.query("alter table operators rename to elsewhere");
  const { errors } = await broken.client().ask("{ server { isSetUp } }");
  expect(errors[0]?.message).not.toContain("operators");
  expect(errors[0]?.extensions["code"]).toBe("INTERNAL");
  const [line] = lines.map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(line?.["requestId"]).toBe(errors[0]?.extensions["requestId"]);
});

test("a request that is under way when the server stops is still answered", async () => {
  const stopping = await startTestServer();
  const { hostname, port } = new URL(stopping.url);
  const answered = Promise.withResolvers<number>();
  const slow = httpRequest({
    hostname,
    port,
    path: "/graphql",
    method: "POST",
    headers: { "content-type": "application/json", "content-length": QUESTION.length },
  });
  slow.on("response", (response) => answered.resolve(response.statusCode ?? 0));
  slow.write(QUESTION.slice(0, 5));
  await fetch(`${stopping.url}/healthz`);
  const stopped = stopping.stop();
  slow.end(QUESTION.slice(5));
  expect(await answered.promise).toBe(200);
  await stopped;
  await stopping.database.drop();
});
