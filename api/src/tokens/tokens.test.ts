import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeSecret } from "../access/secret.js";
import { inTransaction } from "../database/unit-of-work.js";
import { systemActor } from "../events/event.js";
import { CLAIM_SEAT } from "../injection-tokens.js";
import { ADMIN_PASSWORD, startTestServer, type TestServer } from "../testing/test-server.js";
import type { TestClient } from "../testing/test-client.js";

let now = Date.now();
let server: TestServer;
let admin: TestClient;

beforeAll(async () => {
  server = await startTestServer({ clock: () => now });
  admin = await server.admin();
});
afterAll(() => server[Symbol.asyncDispose]());

const ADD = `mutation ($input: AddApiTokenInput!) {
  addApiToken(input: $input) { apiToken { id name scopes lastUsedAt revokedAt } secret errors { code path message } }
}`;
const REVOKE = `mutation ($input: RevokeApiTokenInput!) {
  revokeApiToken(input: $input) { apiToken { revokedAt } errors { code } }
}`;
const ADD_REGISTRATION = `mutation ($input: AddRegistrationTokenInput!) {
  addRegistrationToken(input: $input) { registrationToken { id seats usedSeats } secret errors { code path } }
}`;

const inHours = (hours: number): string => new Date(now + hours * 3_600_000).toISOString();
const addToken = (scopes: string[], expiresAt = inHours(1), name = "script", by = admin) =>
  by.ask(ADD, { input: { name, scopes, expiresAt } });

async function script(...scopes: string[]): Promise<TestClient & { id: string }> {
  const { data } = await addToken(scopes);
  const client = server.client();
  client.token = data.addApiToken.secret;
  return Object.assign(client, { id: data.addApiToken.apiToken.id as string });
}

async function registrationToken(input: object): Promise<{ id: string; secret: string }> {
  const { data } = await admin.ask(ADD_REGISTRATION, { input: { name: "rack 7", ...input } });
  return { id: data.addRegistrationToken.registrationToken.id, secret: data.addRegistrationToken.secret };
}

const claim = (secret: string) =>
  inTransaction(server.database, (tx) =>
    server.services.container.resolve(CLAIM_SEAT)(tx, secret, { agentId: randomUUID(), actor: systemActor }),
  );

test("a script does what its token's scopes say, and sees who it is", async () => {
  const reader = await script("AGENTS_READ");
  const { data } = await reader.ask("{ viewer { operator { name } apiToken { name scopes } permissions } }");
  expect(data.viewer).toEqual({
    operator: null,
    apiToken: { name: "script", scopes: ["AGENTS_READ"] },
    permissions: ["AGENTS_READ"],
  });
  expect((await reader.ask("{ agents { totalCount } }")).data.agents.totalCount).toBe(0);
});

test("A17 a token without the scope is refused", async () => {
  const reader = await script("AGENTS_READ");
  expect((await reader.ask("{ updates { totalCount } }")).code).toBe("FORBIDDEN");
  expect((await reader.ask("{ operators { name } }")).code).toBe("FORBIDDEN");
  expect((await reader.ask("{ agents { nodes { updates { totalCount } } } }")).code).toBe("FORBIDDEN");
});

test("A17 an expired token is refused from that very moment on", async () => {
  const reader = await script("AGENTS_READ");
  now += 3_599_999;
  expect((await reader.ask("{ agents { totalCount } }")).code).toBeUndefined();
  now += 1;
  expect((await reader.ask("{ agents { totalCount } }")).code).toBe("UNAUTHENTICATED");
});

test("A17 a revoked token is refused at once, and revoking again changes nothing", async () => {
  const reader = await script("AGENTS_READ");
  const { data } = await admin.ask(REVOKE, { input: { id: reader.id } });
  expect((await reader.ask("{ agents { totalCount } }")).code).toBe("UNAUTHENTICATED");
  expect((await admin.ask(REVOKE, { input: { id: reader.id } })).data).toEqual(data);
});

test("A17 a token in the query string is never read", async () => {
  const reader = await script("AGENTS_READ");
  const { token = "" } = reader;
  for (const name of ["token", "access_token", "authorization", "api_key"]) {
    const response = await fetch(`${server.url}/graphql?${name}=${token}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ agents { totalCount } }" }),
    });
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect(errors[0]?.extensions.code).toBe("UNAUTHENTICATED");
  }
});

test("a token that was mistyped or is of another kind costs no look-up", async () => {
  const stranger = server.client();
  const { secret } = await registrationToken({});
  for (const token of [
    secret,
    "rft_",
    `${makeSecret("rft", (length) => Buffer.alloc(length)).slice(0, -1)}x`,
  ]) {
    stranger.token = token;
    expect((await stranger.ask("{ agents { totalCount } }")).code).toBe("UNAUTHENTICATED");
  }
});

test("a token that proves nobody is a 401, whatever is asked with it, and never nobody's question", async () => {
  const reader = await script("AGENTS_READ");
  await admin.ask(REVOKE, { input: { id: reader.id } });
  const stranger = server.client();
  for (const authorization of [`Bearer ${reader.token}`, "Bearer nonsense", "bearer", "Bearer two words"]) {
    const answer = await stranger.ask("{ server { version } }", {}, { authorization });
    expect([answer.status, answer.code, answer.data]).toEqual([401, "UNAUTHENTICATED", undefined]);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(answer.errors[0]?.extensions["requestId"]).toBe(answer.headers.get("x-request-id"));
  }
});

test("a login survives a proxy that asks for a password of its own", async () => {
  const behind = await admin.ask("{ viewer { operator { name } } }", {}, { authorization: "Basic YTpi" });
  expect(behind.data.viewer.operator.name).toBe("admin");
  const foreign = { authorization: "Basic YTpi", origin: "https://evil.example" };
  expect((await admin.ask("{ viewer { operator { name } } }", {}, foreign)).status).toBe(403);
});

test("a token's last use is kept to the minute", async () => {
  const reader = await script("AGENTS_READ", "TOKENS_MANAGE");
  const lastUse = async () => {
    const { data } = await admin.ask("{ apiTokens { id lastUsedAt } }");
    return data.apiTokens.find(({ id }: { id: string }) => id === reader.id).lastUsedAt;
  };
  expect(await lastUse()).toBeNull();
  await reader.ask("{ viewer { permissions } }");
  const first = await lastUse();
  expect(first).toBe(new Date(now).toISOString());
  now += 59_000;
  await reader.ask("{ viewer { permissions } }");
  expect(await lastUse()).toBe(first);
  now += 1_000;
  await reader.ask("{ viewer { permissions } }");
  expect(await lastUse()).toBe(new Date(now).toISOString());
});

test("a token is made for at most a year, with scopes, and never with more than its maker has", async () => {
  const refusal = async (answer: ReturnType<typeof addToken>) =>
    (await answer).data.addApiToken.errors[0]?.path;
  expect(await refusal(addToken([]))).toEqual(["input", "scopes"]);
  expect(await refusal(addToken(["AGENTS_READ"], inHours(-1)))).toEqual(["input", "expiresAt"]);
  expect(await refusal(addToken(["AGENTS_READ"], inHours(24 * 370)))).toEqual(["input", "expiresAt"]);
  expect(await refusal(addToken(["AGENTS_READ"], inHours(1), " "))).toEqual(["input", "name"]);
  const maker = await script("TOKENS_MANAGE");
  expect(await refusal(addToken(["UPDATES_INSTALL"], inHours(1), "more", maker))).toEqual([
    "input",
    "scopes",
  ]);
});

test("C26 of 50 who use one seat at once exactly one wins", async () => {
  const { id, secret } = await registrationToken({ seats: 1 });
  const results = await Promise.allSettled(Array.from({ length: 50 }, () => claim(secret)));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const { data } = await admin.ask("{ registrationTokens { id seats usedSeats } }");
  expect(data.registrationTokens).toContainEqual({ id, seats: 1, usedSeats: 1 });
});

test("a seat that was taken in a transaction that failed is free again", async () => {
  const { secret } = await registrationToken({ seats: 1 });
  const broken = inTransaction(server.database, async (tx) => {
    await server.services.container.resolve(CLAIM_SEAT)(tx, secret, {
      agentId: randomUUID(),
      actor: systemActor,
    });
    throw new Error("The agent could not be recorded.");
  });
  await expect(broken).rejects.toThrow("could not be recorded");
  await expect(claim(secret)).resolves.toMatchObject({ name: "rack 7" });
});

test("C28 an expired, a revoked and an unknown registration token are refused alike", async () => {
  const expired = await registrationToken({ validSeconds: 60 });
  const revoked = await registrationToken({});
  const input = { id: revoked.id };
  await admin.ask(
    "mutation ($input: RevokeRegistrationTokenInput!) { revokeRegistrationToken(input: $input) { errors { code } } }",
    { input },
  );
  now += 60_000;
  const unknown = makeSecret("rfr", (length) => Buffer.alloc(length, 7));
  const refusals = await Promise.allSettled([expired.secret, revoked.secret, unknown, "rfr_", ""].map(claim));
  const messages = refusals.map((refusal) =>
    refusal.status === "rejected" ? String(refusal.reason) : "taken",
  );
  expect(new Set(messages).size).toBe(1);
  expect(messages[0]).toContain("unknown, expired, revoked or used up");
});

test("a registration token has 1 to 10000 seats and lives a minute to a year", async () => {
  const path = async (input: object) =>
    (await admin.ask(ADD_REGISTRATION, { input: { name: "x", ...input } })).data.addRegistrationToken
      .errors[0]?.path;
  expect(await path({ seats: 0 })).toEqual(["input", "seats"]);
  expect(await path({ seats: 10_001 })).toEqual(["input", "seats"]);
  expect(await path({ validSeconds: 59 })).toEqual(["input", "validSeconds"]);
  expect(await path({ validSeconds: 31_536_001 })).toEqual(["input", "validSeconds"]);
});

test("A5 a dump of the database holds nothing that opens a door", async () => {
  const reader = await script("AGENTS_READ");
  const { secret } = await registrationToken({});
  const tables = await server.database.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public'",
  );
  const rows = await Promise.all(
    tables.map(({ name }) => server.database.query<{ row: string }>(`select t::text as row from ${name} t`)),
  );
  const dump = rows
    .flat()
    .map(({ row }) => row)
    .join("\n");
  const session = admin.cookie.split("=")[1] ?? "";
  expect(session).toMatch(/^rfs_/);
  for (const live of [reader.token ?? "", secret, session, ADMIN_PASSWORD, server.setupCode]) {
    for (const form of [live, Buffer.from(live).toString("hex"), Buffer.from(live).toString("base64")]) {
      expect(dump.includes(form)).toBe(false);
    }
  }
  expect(dump).toContain("$argon2id$");
});
