import { readFileSync, statSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ServerClock } from "../clock/server-clock.js";
import { systemClock } from "../clock/system-clock.js";
import { silentLog } from "../log/silent-log.js";
import type { AgentFacts } from "../protocol/operations.js";
import { CredentialStore } from "../state/credentials.js";
import { FaultProxy } from "../testing/fault-proxy.js";
import { ProtocolServer } from "../testing/protocol-server.js";
import { type TestMachine, testMachine } from "../testing/test-container.js";
import { AgentApi } from "./agent-api.js";
import { GraphqlClient } from "./graphql-client.js";
import { HttpPost } from "./http-post.js";
import { parseServerAddress } from "./server-address.js";
import { NotRegisteredError, Session } from "./session.js";

const { signal } = new AbortController();
const FACTS: AgentFacts = { hostname: "web-1", architecture: "x64", agentVersion: "0.1.0", canInstall: true };
const CHECK_IN = { sources: [] };
let server: ProtocolServer;
let proxy: FaultProxy;
let url: string;
let machine: TestMachine;
const posts: HttpPost[] = [];

beforeEach(async () => {
  machine = testMachine();
  server = new ProtocolServer();
  proxy = new FaultProxy(await server.start());
  url = await proxy.start();
});
afterEach(async () => {
  for (const post of posts.splice(0)) post.close();
  await proxy.stop();
  await server.stop();
  machine[Symbol.dispose]();
});

const connect = (clock = systemClock, timeouts = { idleMs: 2_000, totalMs: 4_000 }) => {
  const serverClock = new ServerClock(clock);
  const post = new HttpPost(parseServerAddress(url, false).http, () => [], timeouts);
  posts.push(post);
  const client = new GraphqlClient(post, serverClock, "0.1.0");
  const session = new Session(client, new CredentialStore(machine.state.credentials), serverClock, silentLog);
  return { session, api: new AgentApi(session), serverClock };
};
const enrolled = async () => {
  const connected = connect();
  await connected.session.register("let-me-in", FACTS, signal);
  return connected;
};
const respond = (status: number, headers: Record<string, string>, body: string) => {
  server.fault = (_request: unknown, response: ServerResponse) => {
    response.writeHead(status, headers).end(body);
    return true;
  };
};

test("enrolling keeps credentials that only this user can read", async () => {
  const { session } = await enrolled();
  expect(await session.isRegistered()).toBe(true);
  expect(statSync(machine.state.credentials).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(machine.state.credentials, "utf8"))).toMatchObject({
    accessToken: "access-1",
  });
  await connect().api.checkIn(CHECK_IN, signal);
  expect(server.operations).toEqual(["RegisterAgent", "CheckIn"]);
});

test("a refused registration says what the server says", async () => {
  await expect(connect().session.register("wrong", FACTS, signal)).rejects.toThrow(
    /refuses to enrol this machine: The token is not valid/,
  );
});

test("a refused access token is renewed once and the request repeated, by many requests at once", async () => {
  const { api } = await enrolled();
  server.revokeAccess();
  await Promise.all([1, 2, 3].map(() => api.checkIn(CHECK_IN, signal)));
  expect(server.operations.filter((name) => name === "RenewAgent")).toHaveLength(1);
});

test("a token is renewed well before it expires, and the present one serves while the server is away", async () => {
  server.accessLifeMs = 5 * 3_600_000;
  const { api } = await enrolled();
  await api.checkIn(CHECK_IN, signal);
  expect(server.operations).toEqual(["RegisterAgent", "RenewAgent", "CheckIn"]);
});

test("a renewal whose answer was lost is repeated", async () => {
  const { api } = await enrolled();
  server.revokeAccess();
  server.loseAnswerOnce.add("RenewAgent");
  await expect(api.checkIn(CHECK_IN, signal)).rejects.toMatchObject({ code: "UNREACHABLE" });
  await api.checkIn(CHECK_IN, signal);
  expect(server.checkIns).toHaveLength(1);
});

test("an agent that the server forgot is told to enrol again", async () => {
  const { api } = await enrolled();
  server.forgetAgents();
  await expect(api.checkIn(CHECK_IN, signal)).rejects.toBeInstanceOf(NotRegisteredError);
});

test("C16 a clock that is wrong by years neither renews for nothing nor locks out", async () => {
  await enrolled();
  for (const wrong of [0, Date.parse("2038-01-19T00:00:00Z"), Date.now() - 86_400_000]) {
    const { api, serverClock } = connect({ ...systemClock, now: () => wrong });
    await api.checkIn(CHECK_IN, signal);
    await api.checkIn(CHECK_IN, signal);
    expect(Math.abs(serverClock.now() - Date.now())).toBeLessThan(5_000);
  }
});

test("large requests are compressed, small ones are not", async () => {
  const { api } = await enrolled();
  const sources = Array.from({ length: 50 }, (_, index) => ({ source: `source-${index}`, digest: null }));
  await api.checkIn({ sources }, signal);
  await api.checkIn(CHECK_IN, signal);
  expect(server.encodings.slice(-2)).toEqual(["gzip", undefined]);
});

test("N10 a proxy's error page, 413, 429 and 503 are clear errors", async () => {
  const { api } = await enrolled();
  const checkIn = () => api.checkIn(CHECK_IN, signal);
  respond(502, { "content-type": "text/html" }, "<html>Bad Gateway</html>");
  await expect(checkIn()).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("502"),
  });
  respond(200, { "content-type": "text/html" }, "<html>Log in to the wireless network</html>");
  await expect(checkIn()).rejects.toMatchObject({
    code: "BAD_ANSWER",
    message: expect.stringContaining("not RedFlag's"),
  });
  respond(404, {}, "");
  await expect(checkIn()).rejects.toMatchObject({ code: "BAD_ANSWER" });
  respond(413, {}, "");
  await expect(checkIn()).rejects.toMatchObject({
    code: "REFUSED",
    message: expect.stringContaining("too large"),
  });
  respond(429, { "retry-after": "7" }, "");
  await expect(checkIn()).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 7_000 });
  respond(503, { "retry-after": new Date(Date.now() + 60_000).toUTCString() }, "");
  const error = (await checkIn().catch((reason: unknown) => reason)) as { retryAfterMs: number };
  expect(error.retryAfterMs).toBeGreaterThan(30_000);
  expect(error.retryAfterMs).toBeLessThanOrEqual(61_000);
});

test("an endless answer and a compression bomb are cut off", async () => {
  const { api } = await enrolled();
  const { gzipSync } = await import("node:zlib");
  respond(200, { "content-encoding": "gzip" }, "");
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  server.fault = (_request, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
    return true;
  };
  await expect(api.checkIn(CHECK_IN, signal)).rejects.toMatchObject({ code: "BAD_ANSWER" });
  server.fault = (_request, response) => {
    const more = (): void => {
      while (response.writable && response.write(Buffer.alloc(65_536)));
    };
    response.writeHead(200).on("drain", more);
    more();
    return true;
  };
  await expect(api.checkIn(CHECK_IN, signal)).rejects.toMatchObject({ code: "BAD_ANSWER" });
});

test("N4 a slow network works; N2 a dead one is given up; a cut one is an error", async () => {
  const { api } = await enrolled();
  proxy.delayMs = 150;
  await api.checkIn(CHECK_IN, signal);
  proxy.delayMs = 0;
  proxy.mode = "blackhole";
  const dead = connect(systemClock, { idleMs: 100, totalMs: 300 });
  await expect(dead.api.checkIn(CHECK_IN, signal)).rejects.toMatchObject({ code: "TIMEOUT" });
  proxy.mode = "refuse";
  proxy.cutAll();
  await expect(api.checkIn(CHECK_IN, signal)).rejects.toMatchObject({ code: "UNREACHABLE" });
  proxy.mode = "pass";
  proxy.cutAfterBytes = 20;
  await expect(api.checkIn(CHECK_IN, signal)).rejects.toMatchObject({ code: "UNREACHABLE" });
});

test("http is refused to other machines unless the owner accepts it", () => {
  expect(() => parseServerAddress("http://redflag.example", false)).toThrow(/not encrypted/);
  expect(parseServerAddress("http://redflag.example/x/", true).http.href).toBe(
    "http://redflag.example/x/graphql",
  );
  for (const here of ["http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1"]) {
    expect(parseServerAddress(here, false).webSocket.protocol).toBe("ws:");
  }
  expect(parseServerAddress("https://a.example/", false).webSocket.href).toBe("wss://a.example/graphql");
  expect(() => parseServerAddress("https://u:p@a.example", false)).toThrow(/user name or password/);
});
