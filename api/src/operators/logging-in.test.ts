import { afterAll, beforeAll, expect, test } from "vitest";
import { authenticate } from "../server/authenticate.js";
import { ADMIN_PASSWORD, startTestServer, type TestServer } from "../testing/test-server.js";
import type { TestClient } from "../testing/test-client.js";
import { SESSION_IDLE_MS, SESSION_LONGEST_MS } from "./sessions.js";

let now = Date.now();
let server: TestServer;
let admin: TestClient;

beforeAll(async () => {
  server = await startTestServer({ clock: () => now, trustProxy: ["127.0.0.1"] });
  admin = await server.admin();
});
afterAll(() => server[Symbol.asyncDispose]());

const LOG_IN = `mutation ($input: LogInInput!) {
  logIn(input: $input) { viewer { operator { name } permissions } errors { code path message } }
}`;
const ADD = `mutation ($input: AddOperatorInput!) {
  addOperator(input: $input) { operator { id name role lastLoggedInAt } errors { __typename code path message } }
}`;
const REMOVE = `mutation ($input: RemoveOperatorInput!) {
  removeOperator(input: $input) { operator { name } errors { code message ... on PreconditionError { reason } } }
}`;
const VIEWER = "{ viewer { operator { name } } }";

const logIn = (name: string, password: string, client = server.client(), headers = {}) =>
  client.ask(LOG_IN, { input: { name, password } }, headers);
const add = (name: string, role: string, by = admin) =>
  by.ask(ADD, { input: { name, password: ADMIN_PASSWORD, role } });
const loggedIn = async (name: string): Promise<TestClient> => {
  const client = server.client();
  await logIn(name, ADMIN_PASSWORD, client);
  return client;
};

test("a login opens a session in a cookie that scripts of a page cannot read", async () => {
  const client = server.client();
  const { data, headers } = await logIn("Admin", ADMIN_PASSWORD, client);
  expect(data.logIn).toMatchObject({ viewer: { operator: { name: "admin" } }, errors: [] });
  const cookie = headers.get("set-cookie");
  expect(cookie).toMatch(
    /^redflag-session=rfs_[a-z0-9]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
  );
  expect((await client.ask(VIEWER)).data.viewer.operator.name).toBe("admin");
});

test("behind a trusted proxy with TLS the cookie is bound to this host and to HTTPS", async () => {
  const { headers } = await logIn("admin", ADMIN_PASSWORD, server.client(), { "x-forwarded-proto": "https" });
  expect(headers.get("set-cookie")).toMatch(
    /^__Host-redflag-session=rfs_[^;]+; Path=\/; .*; SameSite=Strict; Secure$/,
  );
});

test("C28 a proxy that is not trusted is not believed", async () => {
  await using direct = await startTestServer();
  await direct.admin();
  const input = { name: "admin", password: ADMIN_PASSWORD };
  const { headers } = await direct.client().ask(LOG_IN, { input }, { "x-forwarded-proto": "https" });
  expect(headers.get("set-cookie")).toMatch(/^redflag-session=/);
});

test("a wrong name and a wrong password are answered alike, and both are hashed", async () => {
  const wrongPassword = await logIn("admin", "quite another one");
  const wrongName = await logIn("nobody", "quite another one");
  expect(wrongPassword.data.logIn).toEqual(wrongName.data.logIn);
  expect(wrongName.data.logIn).toMatchObject({
    viewer: null,
    errors: [{ code: "INVALID", path: ["input"] }],
  });
  expect(wrongName.headers.get("set-cookie")).toBeNull();
});

test("A11 one password is equal however it is typed: composed, decomposed, with an ohm sign for an omega", async () => {
  const password = "gru\u0308\u00dfe aus \u2126mega";
  await admin.ask(ADD, { input: { name: "J\u00fcrgen", password, role: "VIEWER" } });
  const answer = await logIn("ju\u0308rgen", password.normalize("NFC").replace("\u2126", "\u03a9"));
  expect(answer.data.logIn.errors).toEqual([]);
});

test("A11 a password of a megabyte, or with NUL, is simply wrong", async () => {
  expect((await logIn("admin", "x".repeat(900_000))).data.logIn.errors[0].code).toBe("INVALID");
  expect((await logIn("admin\u0000", `${ADMIN_PASSWORD}\u0000`)).data.logIn.errors[0].code).toBe("INVALID");
});

test("guessing one name from one address is slowed down, and others are not", async () => {
  await add("victim", "VIEWER");
  const from = (address: string) => ({ "x-forwarded-for": address });
  for (let i = 0; i < 5; i += 1)
    await logIn("victim", "guess guess guess", server.client(), from("192.0.2.1"));
  const sixth = await logIn("victim", ADMIN_PASSWORD, server.client(), from("192.0.2.1"));
  expect([sixth.code, sixth.errors[0]?.extensions["retryAfterSeconds"]]).toEqual(["RATE_LIMITED", 1]);
  expect(
    (await logIn("victim", ADMIN_PASSWORD, server.client(), from("192.0.2.2"))).data.logIn.errors,
  ).toEqual([]);
  now += 1_000;
  expect(
    (await logIn("victim", ADMIN_PASSWORD, server.client(), from("192.0.2.1"))).data.logIn.errors,
  ).toEqual([]);
});

test("A10 of 200 logins at once at most four are hashed at a time, and others are answered meanwhile", async () => {
  const addresses = Array.from({ length: 200 }, (_, index) => `198.51.100.${index}`);
  const before = process.memoryUsage().rss;
  const attempts = addresses.map((address) =>
    logIn("admin", "wrong wrong wrong", server.client(), { "x-forwarded-for": address }),
  );
  expect((await server.client().ask("{ server { version } }")).data.server.version).toEqual(
    expect.any(String),
  );
  const answers = await Promise.all(attempts);
  const refused = answers.filter(({ code }) => code === "RATE_LIMITED");
  expect(
    answers.filter(({ data }) => data?.logIn.errors[0]?.code === "INVALID").length + refused.length,
  ).toBe(200);
  expect(process.memoryUsage().rss - before).toBeLessThan(400 * 2 ** 20);
}, 60_000);

test("a session lives on while it is used, ends after 12 idle hours, and after 7 days in any case", async () => {
  const idle = await loggedIn("admin");
  const busy = await loggedIn("admin");
  const begun = now;
  now += SESSION_IDLE_MS - 60_000;
  expect((await busy.ask(VIEWER)).data.viewer).not.toBeNull();
  now += 120_000;
  expect((await busy.ask(VIEWER)).data.viewer).not.toBeNull();
  expect((await idle.ask(VIEWER)).data.viewer).toBeNull();
  while (now - begun < SESSION_LONGEST_MS - SESSION_IDLE_MS) {
    now += SESSION_IDLE_MS - 60_000;
    expect((await busy.ask(VIEWER)).data.viewer).not.toBeNull();
  }
  now = begun + SESSION_LONGEST_MS;
  expect((await busy.ask(VIEWER)).data.viewer).toBeNull();
  await logIn("admin", ADMIN_PASSWORD, admin);
});

test("a session whose open page is only looked after ends after 12 idle hours like any other", async () => {
  const idle = await loggedIn("admin");
  const credential = { kind: "cookie", secret: idle.cookie.split("=")[1] ?? "" } as const;
  now += SESSION_IDLE_MS - 60_000;
  expect(await authenticate(server.services.authenticators, credential, "look")).toMatchObject({
    name: "admin",
  });
  now += 120_000;
  expect((await idle.ask(VIEWER)).data.viewer).toBeNull();
  await logIn("admin", ADMIN_PASSWORD, admin);
});

test("logging out ends this session, and everywhere ends all of them", async () => {
  const [one, two, three] = [await loggedIn("admin"), await loggedIn("admin"), await loggedIn("admin")];
  const { cookie } = one;
  const { headers } = await one.ask("mutation { logOut(input: {}) { errors { code } } }");
  expect(headers.get("set-cookie")).toContain("redflag-session=; Path=/; Expires=Thu, 01 Jan 1970");
  one.cookie = cookie;
  expect((await one.ask(VIEWER)).data.viewer).toBeNull();
  expect((await two.ask(VIEWER)).data.viewer).not.toBeNull();
  await two.ask("mutation { logOut(input: { everywhere: true }) { errors { code } } }");
  expect((await three.ask(VIEWER)).data.viewer).toBeNull();
  await logIn("admin", ADMIN_PASSWORD, admin);
});

test("an operator is added once for each name, upper and lower case alike", async () => {
  const added = await add("Carol", "OPERATOR");
  expect(added.data.addOperator).toMatchObject({
    operator: { name: "Carol", role: "OPERATOR", lastLoggedInAt: null },
    errors: [],
  });
  expect((await add("cAROL", "VIEWER")).data.addOperator.errors).toMatchObject([
    { __typename: "ConflictError", path: ["input", "name"] },
  ]);
  const { data } = await admin.ask("{ operators { name } }");
  expect(data.operators.map(({ name }: { name: string }) => name)).toContain("Carol");
});

test("a removed operator is out at once, and the name is free again", async () => {
  const { data } = await add("dave", "OPERATOR");
  const dave = await loggedIn("dave");
  expect((await dave.ask(VIEWER)).data.viewer.operator.name).toBe("dave");
  const { id } = data.addOperator.operator;
  expect((await admin.ask(REMOVE, { input: { id } })).data.removeOperator.errors).toEqual([]);
  expect((await dave.ask(VIEWER)).data.viewer).toBeNull();
  expect((await logIn("dave", ADMIN_PASSWORD)).data.logIn.viewer).toBeNull();
  expect((await admin.ask(REMOVE, { input: { id } })).data.removeOperator.errors[0].code).toBe("NOT_FOUND");
  expect((await add("dave", "VIEWER")).data.addOperator.errors).toEqual([]);
});

test("the last admin stays, also when two admins remove each other at once", async () => {
  const { data } = await add("second", "ADMIN");
  const second = await loggedIn("second");
  const me = await admin.ask("{ viewer { operator { id } } }");
  const [one, two] = await Promise.all([
    admin.ask(REMOVE, { input: { id: data.addOperator.operator.id } }),
    second.ask(REMOVE, { input: { id: me.data.viewer.operator.id } }),
  ]);
  const reasons = [one, two].map(
    (answer) => answer.data?.removeOperator?.errors[0]?.reason ?? answer.code ?? "done",
  );
  expect(reasons.filter((reason) => reason === "done")).toHaveLength(1);
  const [left] = await server.database.query<{ admins: number }>(
    "select count(*) as admins from operators where role = 'admin' and removed_at is null",
  );
  expect(left?.admins).toBe(1);
});

test("every role may do what it says and nothing more; nobody gives away more than they have", async () => {
  await using other = await startTestServer();
  const boss = await other.admin();
  const input = { password: ADMIN_PASSWORD };
  await boss.ask(ADD, { input: { ...input, name: "vera", role: "VIEWER" } });
  await boss.ask(ADD, { input: { ...input, name: "otto", role: "OPERATOR" } });
  const [vera, otto] = [other.client(), other.client()];
  await vera.ask(LOG_IN, { input: { ...input, name: "vera" } });
  await otto.ask(LOG_IN, { input: { ...input, name: "otto" } });
  const scan = `mutation { startScan(input: { agentIds: [] }) { errors { code } } }`;
  const answers = async (client: TestClient) => [
    (await client.ask("{ agents { nodes { id } } }")).code,
    (await client.ask(scan)).code,
    (await client.ask("{ operators { name } }")).code,
    (await client.ask("{ apiTokens { name } }")).code,
  ];
  expect(await answers(vera)).toEqual([undefined, "FORBIDDEN", "FORBIDDEN", "FORBIDDEN"]);
  expect(await answers(otto)).toEqual([undefined, undefined, "FORBIDDEN", "FORBIDDEN"]);
  expect(await answers(boss)).toEqual([undefined, undefined, undefined, undefined]);
  expect(await answers(other.client())).toEqual(Array.from({ length: 4 }, () => "UNAUTHENTICATED"));
  const scopes = ["OPERATORS_MANAGE"];
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const made = await boss.ask(
    "mutation ($input: AddApiTokenInput!) { addApiToken(input: $input) { secret } }",
    { input: { name: "hr", scopes, expiresAt } },
  );
  const hr = other.client();
  hr.token = made.data.addApiToken.secret;
  const beyond = await hr.ask(ADD, { input: { ...input, name: "eve", role: "ADMIN" } });
  expect(beyond.data.addOperator.errors).toMatchObject([{ code: "INVALID", path: ["input", "role"] }]);
});
