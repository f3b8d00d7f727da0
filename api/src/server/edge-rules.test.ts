import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.js";
import type { TestClient } from "../testing/test-client.js";

let server: TestServer;
let admin: TestClient;

beforeAll(async () => {
  server = await startTestServer();
  admin = await server.admin();
});
afterAll(() => server[Symbol.asyncDispose]());

/** `agents { nodes { updates { nodes { agent { … id } } } } }`, `levels` fields deep. */
function nested(levels: number): string {
  const cycle = ["updates(first: 1)", "nodes", "agent"];
  const names = Array.from({ length: levels - 3 }, (_, index) => cycle[index % 3] ?? "");
  const open = ["agents(first: 1)", "nodes", ...names].join(" { ");
  const last = names.at(-1)?.startsWith("updates") ? "totalCount" : "__typename";
  return `{ ${open} { ${last} ${"} ".repeat(levels)}`;
}

const many = (count: number, field: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => field(index)).join(" ");

/** Both doors must give the same answer; a document for the socket is a subscription with the same body. */
async function codeOverSocket(client: TestClient, query: string): Promise<unknown> {
  const subscriber = client.subscriber();
  try {
    for await (const { errors } of subscriber.iterate({ query })) return errors?.[0]?.extensions?.["code"];
    return "ended";
  } catch (error) {
    const [first] = error as { extensions?: Record<string, unknown> }[];
    return first?.extensions?.["code"];
  } finally {
    await subscriber.dispose();
  }
}

test("G1 an operation 50 fields deep is refused, one of 12 is answered", async () => {
  expect((await admin.ask(nested(50))).code).toBe("TOO_COMPLEX");
  expect((await admin.ask(nested(13))).code).toBe("TOO_COMPLEX");
  expect((await admin.ask(nested(12))).errors).toEqual([]);
});

test("an operation that is refused is the client's fault, not the server's", async () => {
  const refused = [nested(50), "subscription { agentChanged { sequence } }", "{ serve { version } }"];
  for (const query of refused) expect((await admin.post(JSON.stringify({ query }))).status).toBe(400);
  expect((await server.client().post('{"query": "{ __schema { types { name } } }"}')).status).toBe(400);
  expect((await admin.post('{"query": "{ server { version } }"}')).status).toBe(200);
});

test("G2 depth through named fragments is refused, also through one called __schema", async () => {
  const chain = many(
    8,
    (index) => `fragment F${index} on Agent { updates { nodes { agent { ...F${index + 1} } } } }`,
  );
  const query = `{ agents { nodes { ...F0 } } } ${chain} fragment F8 on Agent { id }`;
  expect((await admin.ask(query)).code).toBe("TOO_COMPLEX");
  expect((await admin.ask(query)).code).toBe("TOO_COMPLEX");
  const named = query.replaceAll("F0", "__schema");
  expect((await admin.ask(named)).code).toBe("TOO_COMPLEX");
});

test("G2 a fragment that contains itself and one that doubles itself are refused in no time", async () => {
  expect((await admin.ask("{ agents { nodes { ...A } } } fragment A on Agent { id ...A }")).code).toBe(
    "BAD_USER_INPUT",
  );
  const bomb = many(
    40,
    (i) =>
      `fragment F${i} on Agent { a: updates { nodes { agent { ...F${i + 1} } } } b: updates { nodes { agent { ...F${i + 1} } } } }`,
  );
  const { code } = await admin.ask(`{ agents { nodes { ...F0 } } } ${bomb} fragment F40 on Agent { id }`);
  expect(code).toBe("TOO_COMPLEX");
});

test("G4 a thousand aliases of logIn are refused before one is tried", async () => {
  const attempt = (i: number): string =>
    `a${i}: logIn(input: {name: "admin", password: "guess"}) { errors { code } }`;
  expect((await server.client().ask(`mutation { ${many(21, attempt)} }`)).code).toBe("TOO_COMPLEX");
  expect((await server.client().ask(`mutation { ${many(1000, attempt)} }`)).code).toBe("TOO_COMPLEX");
});

test("G4 each alias of logIn counts as an attempt", async () => {
  const attempt = (i: number): string =>
    `a${i}: logIn(input: {name: "nobody", password: "guess"}) { errors { code } }`;
  const { errors } = await server.client().ask(`mutation { ${many(10, attempt)} }`);
  expect(errors.filter(({ extensions }) => extensions["code"] === "RATE_LIMITED")).not.toEqual([]);
});

test("G5 a batch of operations is refused", async () => {
  const response = await admin.post(
    JSON.stringify([{ query: "{ __typename }" }, { query: "{ __typename }" }]),
  );
  expect(response.status).toBe(400);
  const { errors } = (await response.json()) as { errors: { extensions: Record<string, unknown> }[] };
  expect(errors[0]?.extensions).toMatchObject({
    code: "BAD_USER_INPUT",
    requestId: response.headers.get("x-request-id"),
  });
});

test("G7 a bomb of overlapping fields is stopped by its length", async () => {
  const { code } = await admin.ask(`{ ${many(3000, () => "server { version }")} }`);
  expect(code).toBe("TOO_COMPLEX");
});

test("a list of lists that would cost too much is refused, and what a page needs is not", async () => {
  const rows = "{ nodes { id name origin state } }";
  const wide = `{ agents(first: 200) { nodes { updates(first: 200) ${rows} commands(first: 200) { nodes { id } } } } }`;
  expect((await admin.ask(wide)).code).toBe("TOO_COMPLEX");
  const hidden = `query ($n: Int = 200) ${wide.replaceAll("200", "$n")}`;
  expect((await admin.ask(hidden)).code).toBe("TOO_COMPLEX");
  const page = `query ($n: Int) { agents(first: $n) { nodes { id name state coverage { source state } updateCounts { total } } totalCount } }`;
  expect((await admin.ask(page, { n: 200 })).errors).toEqual([]);
});

test("the lines of output that are asked for are counted, also where nobody says how many", async () => {
  const lines = (commands: number, first: string): string =>
    `{ commands(first: ${commands}) { nodes { output${first} { sequence text } } } }`;
  expect((await admin.ask(lines(200, "(first: 1000)"))).code).toBe("TOO_COMPLEX");
  expect((await admin.ask(lines(200, ""))).code).toBe("TOO_COMPLEX");
  expect((await admin.ask(lines(20, "(first: 1000)"))).errors).toEqual([]);
  expect((await admin.ask(lines(50, ""))).errors).toEqual([]);
});

test("G10 who is not logged in learns nothing about the schema", async () => {
  const stranger = server.client();
  expect((await stranger.ask("{ __schema { types { name } } }")).code).toBe("UNAUTHENTICATED");
  expect((await stranger.ask('query { ...on Query { x: __type(name: "Agent") { name } } }')).code).toBe(
    "UNAUTHENTICATED",
  );
  expect((await stranger.ask("{ serve { version } }")).errors[0]?.message).toBe(
    'Cannot query field "serve" on type "Query".',
  );
  expect((await stranger.ask("{ __typename }")).data).toEqual({ __typename: "Query" });
  expect((await admin.ask("{ serve { version } }")).errors[0]?.message).toContain('Did you mean "server"');
  expect((await admin.ask("{ about: __schema { queryType { name } } }")).data.about.queryType.name).toBe(
    "Query",
  );
});

test("G17 a field that an input does not have is an error, not ignored", async () => {
  const query = `mutation ($input: AddOperatorInput!) { addOperator(input: $input) { errors { code } } }`;
  const input = { name: "eve", password: "long enough for this", role: "VIEWER", isAdmin: true };
  const { code, errors } = await admin.ask(query, { input });
  expect(code).toBe("BAD_USER_INPUT");
  expect(errors[0]?.message).toContain("isAdmin");
});

test("G8 the WebSocket has the same rules", async () => {
  const subscription = (body: string): string => `subscription { agentChanged { agent ${body} } }`;
  const chain = (levels: number): string =>
    levels === 0 ? "{ id }" : `{ updates { nodes { agent ${chain(levels - 1)} } } }`;
  expect(await codeOverSocket(admin, subscription(chain(6)))).toBe("TOO_COMPLEX");
  const aliases = many(60, (i) => `a${i}: name`);
  expect(await codeOverSocket(admin, subscription(`{ ${aliases} }`))).toBe("TOO_COMPLEX");
  expect(await codeOverSocket(admin, subscription(`{ ${many(3000, () => "id")} }`))).toBe("TOO_COMPLEX");
  expect(
    await codeOverSocket(admin, `subscription { a: agentChanged { sequence } b: agentChanged { sequence } }`),
  ).toBe("BAD_USER_INPUT");
  expect(await codeOverSocket(admin, "subscription { agentChange { sequence } }")).toBe("BAD_USER_INPUT");
  expect(await codeOverSocket(admin, "subscription { agentChanged(id: 7.5) { sequence } }")).toBe(
    "BAD_USER_INPUT",
  );
});

test("G8 the WebSocket carries subscriptions only", async () => {
  expect(await codeOverSocket(admin, "{ server { version } }")).toBe("BAD_USER_INPUT");
  expect(await codeOverSocket(admin, "mutation { logOut(input: {}) { errors { code } } }")).toBe(
    "BAD_USER_INPUT",
  );
  expect((await admin.ask("subscription { agentChanged { sequence } }")).code).toBe("BAD_USER_INPUT");
  expect((await admin.ask("{ viewer { operator { name } } }")).data.viewer.operator.name).toBe("admin");
});

test("G10 an operator without the permission is refused on the WebSocket as over HTTP", async () => {
  const query = `mutation ($input: AddApiTokenInput!) { addApiToken(input: $input) { secret errors { message } } }`;
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const made = await admin.ask(query, { input: { name: "reader", scopes: ["UPDATES_READ"], expiresAt } });
  const script = server.client();
  script.token = made.data.addApiToken.secret;
  expect((await script.ask("{ agents { nodes { id } } }")).code).toBe("FORBIDDEN");
  expect(await codeOverSocket(script, "subscription { agentChanged { sequence } }")).toBe("FORBIDDEN");
});
