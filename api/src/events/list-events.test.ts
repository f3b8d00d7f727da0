import { afterAll, beforeAll, expect, test } from "vitest";
import { modules } from "../modules.js";
import { projectorsOf } from "../compose.js";
import { startTestServer, type TestServer } from "../testing/test-server.js";
import type { TestClient } from "../testing/test-client.js";
import { rebuild } from "./rebuild.js";
import { verify } from "./verify.js";

let server: TestServer;
let admin: TestClient;
let agentId: string;

const LIST = `query ($filter: EventFilter, $first: Int, $after: String) {
  events(filter: $filter, first: $first, after: $after) {
    nodes { id sequence type summary actor { kind name } occurredAt agent { id name } }
    pageInfo { hasNextPage endCursor } totalCount
  }
}`;

beforeAll(async () => {
  server = await startTestServer();
  admin = await server.admin();
  const made = await admin.ask(`mutation { addRegistrationToken(input: { name: "rack 7" }) { secret } }`);
  const facts = { hostname: "web-1", architecture: "x64", agentVersion: "0.1.0", canInstall: true };
  const registered = await server
    .client()
    .ask(
      "mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) { agent { id name } errors { message } } }",
      { input: { registrationToken: made.data.addRegistrationToken.secret, facts } },
    );
  agentId = registered.data.registerAgent.agent.id;
});
afterAll(() => server[Symbol.asyncDispose]());

test("what happened is listed newest first, in words, with who did it", async () => {
  const { data } = await admin.ask(LIST);
  const { nodes, totalCount } = data.events;
  expect(nodes.map(({ type }: { type: string }) => type).toSorted()).toEqual([
    "agent.registered",
    "operator.added",
    "operator.logged_in",
    "registration_token.added",
    "registration_token.used",
  ]);
  expect(totalCount).toBe(5);
  expect(nodes.at(-1)).toMatchObject({
    type: "operator.added",
    summary: "Added the operator admin as admin.",
    actor: { kind: "OPERATOR", name: "admin" },
    agent: null,
  });
  const [registered] = nodes.filter(({ type }: { type: string }) => type === "agent.registered");
  expect(registered).toMatchObject({
    actor: { kind: "AGENT", name: "web-1" },
    agent: { id: agentId, name: "web-1" },
  });
});

test("events are found by agent, type and time, page by page", async () => {
  const types = async (filter: object) =>
    (await admin.ask(LIST, { filter })).data.events.nodes.map(({ type }: { type: string }) => type);
  expect(await types({ agent: { eq: agentId } })).toEqual(["agent.registered"]);
  expect(await types({ agent: { eq: "upd_7" } })).toEqual([]);
  expect(await types({ type: { contains: "TOKEN." } })).toHaveLength(2);
  expect(await types({ occurredAt: { to: "2020-01-01T00:00:00Z" } })).toEqual([]);
  const first = (await admin.ask(LIST, { first: 3 })).data.events;
  const rest = (await admin.ask(LIST, { after: first.pageInfo.endCursor })).data.events;
  expect(new Set([...first.nodes, ...rest.nodes].map(({ id }: { id: string }) => id)).size).toBe(5);
  expect(rest.pageInfo.hasNextPage).toBe(false);
});

test("a thing is found by its id alone, if the caller may see it", async () => {
  const events = (await admin.ask(LIST)).data.events.nodes as { id: string; type: string }[];
  const operator = (await admin.ask("{ viewer { operator { id } } }")).data.viewer.operator.id as string;
  const ids = [
    events[0]?.id ?? "",
    operator,
    agentId,
    "agent_0192f0c0-0000-7000-8000-000000000000",
    "nonsense",
  ];
  const NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Agent { name } } }";
  expect((await admin.ask(NODES, { ids })).data.nodes).toEqual([
    { __typename: "Event", id: ids[0] },
    { __typename: "Operator", id: operator },
    { __typename: "Agent", id: agentId, name: "web-1" },
    null,
    null,
  ]);
  expect((await admin.ask("query ($id: ID!) { node(id: $id) { id } }", { id: agentId })).data.node).toEqual({
    id: agentId,
  });
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const made = await admin.ask(
    "mutation ($input: AddApiTokenInput!) { addApiToken(input: $input) { secret } }",
    {
      input: { name: "reader", scopes: ["AGENTS_READ"], expiresAt },
    },
  );
  const reader = server.client();
  reader.token = made.data.addApiToken.secret;
  const seen = (await reader.ask(NODES, { ids })).data.nodes;
  expect(seen.map((node: { __typename: string } | null) => node?.__typename ?? null)).toEqual([
    null,
    null,
    "Agent",
    null,
    null,
  ]);
  expect((await server.client().ask(NODES, { ids })).code).toBe("UNAUTHENTICATED");
  expect((await admin.ask(NODES, { ids: Array.from({ length: 201 }, () => agentId) })).code).toBe(
    "BAD_USER_INPUT",
  );
});

test("every type of event says what happened in a sentence", () => {
  const definitions = modules.flatMap((module) => Object.entries(module.events.definitions));
  expect(definitions.filter(([, { summarize }]) => !summarize).map(([type]) => type)).toEqual([]);
});

test("the state is what the log says, and can be built from it anew", async () => {
  const projectors = projectorsOf(modules);
  expect((await verify(server.database, projectors)).differences).toEqual([]);
  await server.database.query("update operators set role = 'viewer'");
  await server.database.query("update registration_tokens set used_seats = 0");
  expect((await verify(server.database, projectors)).differences.map(({ table }) => table)).toEqual([
    "operators",
    "registration_tokens",
  ]);
  await rebuild(server.database, projectors);
  expect((await verify(server.database, projectors)).differences).toEqual([]);
  expect((await admin.ask("{ operators { role } }")).data.operators).toEqual([{ role: "ADMIN" }]);
});
