import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WebSocket } from "ws";
import { OPERATOR_PARTS } from "../operators/operator-parts.js";
import type { TestClient } from "../testing/test-client.js";
import { ADMIN_PASSWORD, startTestServer, type TestServer } from "../testing/test-server.js";

let now = Date.now();
let server: TestServer;
let admin: TestClient;

beforeAll(async () => {
  server = await startTestServer({ clock: () => now });
  admin = await server.admin();
});
afterAll(() => server[Symbol.asyncDispose]());

const ADD_TOKEN = `mutation ($input: AddApiTokenInput!) {
  addApiToken(input: $input) { apiToken { id } secret errors { message } }
}`;

async function script(validMs = 3_600_000): Promise<{ client: TestClient; id: string }> {
  const expiresAt = new Date(now + validMs).toISOString();
  const made = await admin.ask(ADD_TOKEN, { input: { name: "script", scopes: ["AGENTS_READ"], expiresAt } });
  const client = server.client();
  client.token = made.data.addApiToken.secret;
  return { client, id: made.data.addApiToken.apiToken.id };
}

/** Opens a socket and says hello; it is acknowledged or closed. */
async function connect(
  client: TestClient,
  headers: Record<string, string> = {},
  hello: object = {},
): Promise<WebSocket> {
  const socket = client.openSocket(headers);
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "connection_init", ...hello }));
  await Promise.race([once(socket, "message"), once(socket, "close")]);
  return socket;
}

async function closeCode(socket: WebSocket): Promise<number> {
  if (socket.readyState === socket.CLOSED) return Number.NaN;
  const [code] = (await once(socket, "close")) as [number];
  return code;
}

async function refusal(client: TestClient, headers: Record<string, string>): Promise<number> {
  const socket = client.openSocket(headers);
  const refused = Promise.withResolvers<number>();
  socket.on("error", () => {});
  socket.on("open", () => refused.resolve(101));
  socket.on("unexpected-response", (_request, response) => refused.resolve(response.statusCode ?? 0));
  const status = await refused.promise;
  socket.terminate();
  return status;
}

test("G14 an upgrade from a foreign page is refused although the browser sends the victim's cookie", async () => {
  expect(await refusal(admin, { origin: "https://evil.example" })).toBe(403);
  expect(await refusal(admin, { origin: "null" })).toBe(403);
  expect(await refusal(admin, { origin: server.url.replace("127.0.0.1", "localhost") })).toBe(403);
  expect(await refusal(admin, { origin: server.url })).toBe(101);
  expect(await refusal(admin, {})).toBe(101);
});

test("who proves nobody is closed with 4403", async () => {
  const stranger = server.client().openSocket();
  await once(stranger, "open");
  stranger.send(JSON.stringify({ type: "connection_init" }));
  expect(await closeCode(stranger)).toBe(4403);
});

test("a script may send its token with the hello, where headers cannot be set", async () => {
  const { client } = await script();
  const hello = { payload: { authorization: `Bearer ${client.token}` } };
  client.token = undefined;
  const socket = await connect(client, {}, hello);
  expect(socket.readyState).toBe(socket.OPEN);
  socket.terminate();
});

test("a message of more than 64 KiB closes the socket", async () => {
  const socket = await connect(admin);
  socket.send(JSON.stringify({ type: "ping", payload: { text: "x".repeat(70_000) } }));
  expect(await closeCode(socket)).toBe(1009);
});

test("R2 A8 a revoked API token closes its sockets at once", async () => {
  const { client, id } = await script();
  const socket = await connect(client);
  const closed = closeCode(socket);
  await admin.ask(
    "mutation ($input: RevokeApiTokenInput!) { revokeApiToken(input: $input) { errors { message } } }",
    {
      input: { id },
    },
  );
  expect(await closed).toBe(4403);
});

test("R2 A8 a token that another process revoked closes its sockets within 5 s", async () => {
  const { client, id } = await script();
  const closed = closeCode(await connect(client));
  const uuid = id.replace("tok_", "");
  await server.database.query("update api_tokens set revoked_at = now() where id = $1", [uuid]);
  expect(await closed).toBe(4403);
}, 8_000);

test("R2 A8 a role that was lowered closes the sockets that it opened within 5 s", async () => {
  const parts = server.services.container.resolve(OPERATOR_PARTS);
  const passwordHash = await parts.hasher.hash(ADMIN_PASSWORD);
  const { createOperator } = await import("../operators/create-operator.js");
  const { inTransaction } = await import("../database/unit-of-work.js");
  const id = await inTransaction(server.database, (tx) =>
    createOperator(parts, tx, { name: "bob", role: "admin", passwordHash }, null),
  );
  const bob = server.client();
  await bob.ask(`mutation ($input: LogInInput!) { logIn(input: $input) { errors { message } } }`, {
    input: { name: "bob", password: ADMIN_PASSWORD },
  });
  const closed = closeCode(await connect(bob));
  await server.database.query("update operators set role = 'viewer' where id = $1", [id]);
  expect(await closed).toBe(4403);
}, 8_000);

test("R1 a socket ends when its token runs out", async () => {
  const { client } = await script(1_000);
  const socket = await connect(client);
  const closed = closeCode(socket);
  now += 1_000;
  expect(await closed).toBe(4403);
});

test("R2 logging out closes the sockets of that session and leaves others open", async () => {
  const other = server.client();
  await other.ask(`mutation ($input: LogInInput!) { logIn(input: $input) { errors { message } } }`, {
    input: { name: "ADMIN", password: ADMIN_PASSWORD },
  });
  const mine = await connect(admin);
  const closed = closeCode(await connect(other));
  await other.ask("mutation { logOut(input: {}) { errors { message } } }");
  expect(await closed).toBe(4403);
  expect(mine.readyState).toBe(mine.OPEN);
  mine.terminate();
});

test("R5 one socket carries at most 50 subscriptions", async () => {
  const socket = await connect(admin);
  const answers: { id: string; type: string; payload?: { extensions: { code: string } }[] }[] = [];
  socket.on("message", (data: Buffer) => answers.push(JSON.parse(data.toString())));
  const query = "subscription { agentChanged { sequence } }";
  for (let id = 0; id < 51; id += 1)
    socket.send(JSON.stringify({ id: String(id), type: "subscribe", payload: { query } }));
  socket.send(JSON.stringify({ type: "ping" }));
  await expect.poll(() => answers.find(({ type }) => type === "error")).toMatchObject({ id: "50" });
  expect(answers.find(({ type }) => type === "error")?.payload?.[0]?.extensions.code).toBe("TOO_COMPLEX");
  socket.terminate();
});

test("R8 a server that stops tells its sockets to come back", async () => {
  const stopping = await startTestServer();
  const socket = await connect(await stopping.admin());
  const closed = closeCode(socket);
  await stopping.stop();
  expect(await closed).toBe(1012);
  await stopping.database.drop();
});
