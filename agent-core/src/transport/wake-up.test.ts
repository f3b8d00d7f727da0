import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ServerClock } from "../clock/server-clock.js";
import { systemClock } from "../clock/system-clock.js";
import { silentLog } from "../log/silent-log.js";
import { CredentialStore } from "../state/credentials.js";
import { FaultProxy } from "../testing/fault-proxy.js";
import { ProtocolServer } from "../testing/protocol-server.js";
import { sampleCommand } from "../testing/sample-command.js";
import { type TestMachine, testMachine } from "../testing/test-container.js";
import { GraphqlClient } from "./graphql-client.js";
import { HttpPost } from "./http-post.js";
import { parseServerAddress } from "./server-address.js";
import { Session } from "./session.js";
import { keepAwake, type WakeReason } from "./wake-up.js";

const PATIENCE = { timeout: 15_000 };
let server: ProtocolServer;
let proxy: FaultProxy;
let machine: TestMachine;
let post: HttpPost;
let controller: AbortController;
let reasons: WakeReason[];
let ended: Promise<void>;

beforeEach(async () => {
  machine = testMachine();
  server = new ProtocolServer();
  proxy = new FaultProxy(await server.start());
  const address = parseServerAddress(await proxy.start(), false);
  post = new HttpPost(address.http, () => []);
  const serverClock = new ServerClock(systemClock);
  const client = new GraphqlClient(post, serverClock, "0.1.0");
  const session = new Session(client, new CredentialStore(machine.state.credentials), serverClock, silentLog);
  const facts = { hostname: "a", architecture: "x64", agentVersion: "0.1.0", canInstall: true };
  controller = new AbortController();
  await session.register("let-me-in", facts, controller.signal);
  reasons = [];
  ended = keepAwake(
    {
      url: address.webSocket,
      session,
      clock: systemClock,
      random: () => 0,
      log: silentLog,
      authorities: () => [],
      liveness: { pingMs: 100, pongMs: 150, connectMs: 500 },
      onWake: (reason) => reasons.push(reason),
    },
    controller.signal,
  );
  await vi.waitUntil(() => reasons.length === 1, PATIENCE);
});
afterEach(async () => {
  controller.abort();
  await ended;
  post.close();
  await proxy.stop();
  await server.stop();
  machine[Symbol.dispose]();
});

test("a queued command wakes the agent with its reason", async () => {
  server.enqueue(sampleCommand());
  await vi.waitUntil(() => reasons.length === 2, PATIENCE);
  expect(reasons).toEqual(["CONNECTED", "COMMAND_QUEUED"]);
});

test("N2 a half-open connection is found by its missing pong and opened anew", async () => {
  const before = proxy.connections;
  proxy.mode = "blackhole";
  await vi.waitUntil(() => proxy.connections > before, PATIENCE);
  proxy.mode = "pass";
  await vi.waitUntil(() => reasons.filter((reason) => reason === "CONNECTED").length > 1, PATIENCE);
  // The connection is told before its subscription stands: what is queued between waits for the next check-in.
  const isWoken = (): boolean => {
    server.enqueue(sampleCommand());
    return reasons.at(-1) === "COMMAND_QUEUED";
  };
  await vi.waitUntil(isWoken, { ...PATIENCE, interval: 500 });
  expect(server.openSockets).toBeGreaterThan(0);
});

test("R8 a server that breaks every connection finds the agent there again", async () => {
  proxy.cutAll();
  await vi.waitUntil(() => reasons.length === 2, PATIENCE);
  expect(reasons).toEqual(["CONNECTED", "CONNECTED"]);
});

test("R1 a token that the socket refuses is renewed, and the connection opened with the new one", async () => {
  server.revokeAccess();
  proxy.cutAll();
  await vi.waitUntil(() => reasons.length === 2, PATIENCE);
  expect(server.operations).toEqual(["RegisterAgent", "RenewAgent"]);
});
