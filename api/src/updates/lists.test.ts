import "reflect-metadata";
import { graphql, type GraphQLSchema } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Caller } from "../access/caller.js";
import { createContext } from "../schema/context.js";
import { alice, createInventory, itemOf, type Inventory } from "../scans/testing/inventory.js";
import { openSchema } from "../scans/testing/inventory-schema.js";
import { silentLog } from "../testing/silent-log.js";

let inventory: Inventory;
let api: Awaited<ReturnType<typeof openSchema>>;
let schema: GraphQLSchema;

beforeAll(async () => {
  inventory = await createInventory();
  api = await openSchema(inventory);
  ({ schema } = api);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await inventory[Symbol.asyncDispose]();
});

/** Runs an operation as alice or whoever and answers with its data; `asked` counts the statements. */
async function run<T>(source: string, variables: Record<string, unknown> = {}, caller: Caller = alice) {
  let asked = 0;
  const counting: ProxyHandler<object> = {
    get: (target, member) => {
      const value: unknown = Reflect.get(target, member);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (member === "query" || member === "find") asked += 1;
        const result: unknown = Reflect.apply(value, target, args);
        return member === "fork" ? new Proxy(result as object, counting) : result;
      };
    },
  };
  const contextValue = createContext({
    requestId: "test",
    caller,
    database: new Proxy(inventory.database, counting) as Inventory["database"],
    log: silentLog,
    address: "127.0.0.1",
    signal: new AbortController().signal,
  });
  const result = await graphql({ schema, source, variableValues: variables, contextValue });
  if (result.errors) throw result.errors[0]!;
  return { data: result.data as T, asked };
}

interface UpdateList {
  updates: {
    nodes: { id: string; name: string; agent: { name: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
    totalCount: number;
    unknownAgents: number;
  };
}
const LIST = `query ($first: Int, $after: String, $filter: UpdateFilter, $orderBy: UpdateOrder) {
  updates(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    nodes { id name agent { name } } pageInfo { hasNextPage endCursor } totalCount unknownAgents
  }
}`;
const namesOf = async (variables: Record<string, unknown>) =>
  (await run<UpdateList>(LIST, variables)).data.updates.nodes.map(({ name }) => name);

test("updates come gravest first, page by page, without a gap or a double", async () => {
  const source = "pages";
  const severities = ["LOW", "CRITICAL", "UNKNOWN", "HIGH", "MEDIUM"] as const;
  const agents = await Promise.all([inventory.enrol(), inventory.enrol()]);
  for (const [index, { caller }] of agents.entries()) {
    const items = Array.from({ length: 25 }, (_, at) =>
      itemOf(`p${index}-${at}`, "2", { severity: severities[at % 5]!, kind: at % 2 ? "SECURITY" : "OTHER" }),
    );
    await inventory.report(caller, 1, { source, items });
  }
  const filter = { source: { eq: source } };
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const { data }: { data: UpdateList } = await run<UpdateList>(LIST, { first: 7, after, filter });
    ids.push(...data.updates.nodes.map(({ id }) => id));
    expect(data.updates.totalCount).toBe(50);
    after = data.updates.pageInfo.hasNextPage ? data.updates.pageInfo.endCursor : null;
  } while (after !== null);
  expect(new Set(ids).size).toBe(50);
  const rows = await inventory.database.query<{ urgency: number }>(
    "select urgency from unnest($1::text[]) with ordinality as v (id, place) join updates on updates.id = substr(v.id, 5)::uuid order by place",
    [ids],
  );
  const urgencies = rows.map(({ urgency }) => urgency);
  expect(urgencies).toEqual(urgencies.toSorted((a, b) => b - a));
  expect(urgencies[0]).toBe(9);
});

test("lists of updates and agents ask as often for one row as for fifty", async () => {
  const source = "many";
  for (const count of [1, 30]) {
    const { caller } = await inventory.enrol({ hostname: `many-${count}` });
    const items = Array.from({ length: count }, (_, index) => itemOf(`many-${index}`));
    await inventory.report(caller, 1, { source, items });
  }
  const filter = { source: { eq: source } };
  const one = await run(LIST, { first: 1, filter });
  const many = await run(LIST, { first: 50, filter });
  expect(one.asked).toBeGreaterThan(2);
  expect(many.asked).toBe(one.asked);
  const AGENTS = `query ($first: Int) { agents(first: $first) { nodes { name state lastSeenAt
    updateCounts { total unknownAgents } coverage { source state latestScan { id agent { id } } }
    pendingRestarts { name } } } }`;
  const oneAgent = await run(AGENTS, { first: 1 });
  const allAgents = await run(AGENTS, { first: 200 });
  expect(allAgents.asked).toBe(oneAgent.asked);
});

test("G19 no character of a filter is a wildcard or SQL", async () => {
  const { caller } = await inventory.enrol();
  const source = "hostile";
  const names = ["100%", "a_b", "aXb", "x' or '1'='1", String.raw`back\slash`, "CamelCase"];
  await inventory.report(caller, 1, { source, items: names.map((name) => itemOf(name)) });
  const contains = (text: string) =>
    namesOf({ filter: { source: { eq: source }, name: { contains: text } } });
  expect(await contains("%")).toEqual(["100%"]);
  expect(await contains("_")).toEqual(["a_b"]);
  expect(await contains("' or '1'='1")).toEqual(["x' or '1'='1"]);
  expect(await contains("\\")).toEqual([String.raw`back\slash`]);
  expect(await contains("camelcase")).toEqual(["CamelCase"]);
  expect(await contains("\0")).toEqual([]);
  expect(await namesOf({ filter: { agent: { eq: "agent_' or true" } } })).toEqual([]);
  await expect(namesOf({ filter: { name: {} } })).rejects.toThrow(/no member/);
  await expect(namesOf({ filter: { name: { eq: "a", contains: "b" } } })).rejects.toThrow(/several members/);
  await expect(namesOf({ after: "WyJ4Il0" })).rejects.toThrow(/cursor/);
});

test("closed updates, and those of retired agents, are shown only where they are asked for", async () => {
  const { caller } = await inventory.enrol();
  const source = "closed";
  await inventory.report(caller, 1, { source, items: [itemOf("old"), itemOf("kept")] });
  await inventory.report(caller, 2, { source, items: [itemOf("kept")] });
  const bySource = { source: { eq: source } };
  expect(await namesOf({ filter: bySource })).toEqual(["kept"]);
  expect(await namesOf({ filter: { ...bySource, states: ["CLOSED"] } })).toEqual(["old"]);
  const retire = `mutation ($id: ID!) { retireAgent(input: { id: $id }) { agent { state updates { nodes { name } } } errors { message } } }`;
  const { data } = await run(retire, { id: `agent_${caller.id}` });
  expect(data).toEqual({
    retireAgent: { agent: { state: "RETIRED", updates: { nodes: [{ name: "kept" }] } }, errors: [] },
  });
  expect(await namesOf({ filter: bySource })).toEqual([]);
});

test("every count says how many agents are unknown", async () => {
  const source = "coverage";
  const fresh = (await inventory.enrol()).caller;
  const failed = (await inventory.enrol()).caller;
  const without = (await inventory.enrol()).caller;
  const silent = (await inventory.enrol()).caller;
  const finishedAt = new Date();
  await inventory.report(fresh, 1, { source, finishedAt, items: [itemOf("curl")] });
  await inventory.report(failed, 1, { source, status: "FAILED", finishedAt });
  await inventory.report(without, 1, { source, status: "UNSUPPORTED", finishedAt });
  const ids = [fresh, failed, without, silent].map(({ id }) => `agent_${id}`);
  const unknown = async (agentIds: string[]) =>
    (await run<UpdateList>(LIST, { filter: { agent: { in: agentIds } } })).data.updates.unknownAgents;
  expect(await unknown(ids)).toBe(3);
  expect(await unknown([ids[0]!])).toBe(0);
  // A machine of which we understand nothing is no machine without updates.
  expect(await unknown([ids[2]!])).toBe(1);
  await inventory.report(without, 2, { source: "other", status: "COMPLETE", finishedAt });
  expect(await unknown([ids[2]!])).toBe(0);
  const counts = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Agent { updateCounts { total unknownAgents } } } }`;
  const { data } = await run<{ nodes: unknown }>(counts, { ids });
  expect(data.nodes).toEqual([
    { updateCounts: { total: 1, unknownAgents: 0 } },
    { updateCounts: { total: 0, unknownAgents: 1 } },
    { updateCounts: { total: 0, unknownAgents: 0 } },
    { updateCounts: { total: 0, unknownAgents: 1 } },
  ]);
  await inventory.database.query(
    "update coverage set completed_at = now() - interval '73 hours' where agent_id = $1",
    [fresh.id],
  );
  expect(await unknown([ids[0]!])).toBe(1);
  const why = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Agent { coverage { state reason } } } }`;
  expect((await run<{ nodes: unknown[] }>(why, { ids })).data.nodes[0]).toEqual({
    coverage: [{ state: "STALE", reason: "The last complete scan is 3 days old." }],
  });
});

test("the counts that projectors keep are those of the updates themselves", async () => {
  const { caller } = await inventory.enrol();
  const items = [
    itemOf("a", "2", { severity: "CRITICAL", kind: "SECURITY" }),
    itemOf("b", "2", { severity: "HIGH" }),
    itemOf("c", "2", { severity: "HIGH", isHeldByMark: true }),
    itemOf("d", "2", { kind: "SECURITY" }),
  ];
  await inventory.report(caller, 1, { items });
  const agent = { eq: `agent_${caller.id}` };
  const filters = [
    {},
    { kinds: ["SECURITY"] },
    { severities: ["CRITICAL"] },
    { severities: ["HIGH"] },
    { isHeld: true },
    { severities: ["HIGH", "CRITICAL"] },
    { severities: ["UNKNOWN"] },
    { severities: [] },
    { isHeld: false, kinds: ["OTHER"] },
  ];
  for (const filter of filters) {
    const { data } = await run<UpdateList>(LIST, { filter: { agent, ...filter } });
    expect([filter, data.updates.totalCount]).toEqual([filter, data.updates.nodes.length]);
  }
  const { data } = await run<UpdateList>(LIST, { filter: {} });
  expect(data.updates.totalCount).toBeGreaterThan(4);
});

test("agents are found by state, name and system, and edited by version", async () => {
  const { caller } = await inventory.enrol({ hostname: "findme-b" });
  await inventory.enrol({ hostname: "FINDME-a", osName: "Fedora 44" });
  const AGENTS = `query ($filter: AgentFilter, $orderBy: AgentOrder) { agents(filter: $filter, orderBy: $orderBy) { nodes { name } totalCount unknownAgents } }`;
  const found = async (filter: object, orderBy?: object) =>
    (await run<{ agents: { nodes: { name: string }[]; totalCount: number } }>(AGENTS, { filter, orderBy }))
      .data.agents;
  const name = { contains: "findme" };
  expect(await found({ name })).toEqual({
    nodes: [{ name: "FINDME-a" }, { name: "findme-b" }],
    totalCount: 2,
    unknownAgents: 2,
  });
  expect((await found({ name, osName: { contains: "fedora" } })).nodes).toEqual([{ name: "FINDME-a" }]);
  expect(
    (await found({ name, states: ["NEVER_SEEN"] }, { field: "REGISTERED_AT", direction: "DESC" })).nodes,
  ).toEqual([{ name: "FINDME-a" }, { name: "findme-b" }]);
  expect((await found({ name, states: ["ONLINE"] })).nodes).toEqual([]);
  const rename = `mutation ($input: RenameAgentInput!) { renameAgent(input: $input) {
    agent { name version } errors { code path ... on ConflictError { currentVersion } } } }`;
  const id = `agent_${caller.id}`;
  const renamed = async (input: object) =>
    (await run<{ renameAgent: unknown }>(rename, { input: { id, ...input } })).data.renameAgent;
  expect(await renamed({ name: "front door", expectedVersion: 1 })).toEqual({
    agent: { name: "front door", version: 2 },
    errors: [],
  });
  expect(await renamed({ name: "other", expectedVersion: 1 })).toEqual({
    agent: null,
    errors: [{ code: "CONFLICT", path: ["input", "expectedVersion"], currentVersion: 2 }],
  });
  expect(await renamed({})).toEqual({ agent: { name: "front door", version: 2 }, errors: [] });
  expect(await renamed({ name: null })).toEqual({ agent: { name: "findme-b", version: 3 }, errors: [] });
  expect(await renamed({ name: "a\nb" })).toMatchObject({ agent: null, errors: [{ code: "INVALID" }] });
});

test("an agent enrols, checks in and reports over GraphQL, and sees nothing else", async () => {
  const registrationToken = await inventory.makeToken();
  const register = `mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) {
    agent { id name } credentials { accessToken refreshToken } errors { code path } } }`;
  const facts = { hostname: "wire", architecture: "x64", agentVersion: "0.1.0", canInstall: false };
  const anonymous: Caller = { kind: "anonymous", permissions: new Set() };
  const { data } = await run<{
    registerAgent: { agent: { id: string }; credentials: { accessToken: string } };
  }>(register, { input: { registrationToken, facts } }, anonymous);
  const secret = data.registerAgent.credentials.accessToken;
  const credential = { kind: "bearer" as const, secret };
  const authenticator = api.services.authenticators.find((one) => one.accepts(credential));
  const caller = (await authenticator?.authenticate(credential, "use")) as Caller;
  expect(caller).toMatchObject({ kind: "agent", name: "wire" });
  const checkIn = `mutation { checkIn(input: { sources: [{ source: "apt" }] }) { wantedSources intervalSeconds hasCommands errors { code } } }`;
  expect((await run(checkIn, {}, caller)).data).toEqual({
    checkIn: { wantedSources: [], intervalSeconds: 300, hasCommands: false, errors: [] },
  });
  const report = `mutation ($input: ReportScanInput!) { reportScan(input: $input) { scan { source updateCount } errors { code path } } }`;
  const input = {
    source: "apt",
    scanNumber: 1,
    status: "COMPLETE",
    startedAt: "2026-01-01T00:00:00Z",
    finishedAt: "2026-01-01T00:00:01Z",
    digest: "0".repeat(64),
    items: [itemOf("curl")],
    versionScheme: "debian",
  };
  expect((await run(report, { input }, caller)).data).toEqual({
    reportScan: { scan: { source: "apt", updateCount: 1 }, errors: [] },
  });
  await expect(run(LIST, {}, caller)).rejects.toThrow(/permission/);
  await expect(run(checkIn)).rejects.toThrow(/agents only/);
});
