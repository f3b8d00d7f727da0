import { afterAll, beforeAll, expect, test } from "vitest";
import type { Client } from "graphql-ws";
import { PRESENCE_RECORDER } from "../injection-tokens.js";
import { TestClient } from "../testing/test-client.js";
import { startTestServer, type TestServer } from "../testing/test-server.js";

let server: TestServer;
let admin: TestClient;
beforeAll(async () => {
  server = await startTestServer();
  admin = await server.admin();
});
afterAll(() => server[Symbol.asyncDispose]());

const facts = {
  hostname: "web-1",
  architecture: "x64",
  agentVersion: "0.1.0",
  canInstall: true,
};

/** Enrols an agent over HTTP; its source apt lists curl at version 2. */
async function enrol(): Promise<{ agent: TestClient; id: string; updateId: string }> {
  const added = await admin.ask(
    `mutation { addRegistrationToken(input: { name: "test" }) { secret errors { message } } }`,
  );
  const agent = new TestClient(server.url);
  const registered = await agent.ask(
    `mutation ($input: RegisterAgentInput!) {
       registerAgent(input: $input) { agent { id } credentials { accessToken } errors { message } } }`,
    { input: { registrationToken: added.data.addRegistrationToken.secret, facts } },
  );
  const { agent: node, credentials } = registered.data.registerAgent;
  agent.token = credentials.accessToken;
  const at = new Date().toISOString();
  const item = { key: "curl:amd64", name: "curl", installedVersion: "1", candidateVersion: "2" };
  const input = {
    source: "apt",
    scanNumber: 1,
    status: "COMPLETE",
    startedAt: at,
    finishedAt: at,
    digest: "0".repeat(64),
    versionScheme: "debian",
    items: [{ ...item, kind: "SECURITY", severity: "HIGH", restart: "NONE" }],
  };
  const scan = await agent.ask(
    `mutation ($input: ReportScanInput!) { reportScan(input: $input) { scan { id } errors { message } } }`,
    { input },
  );
  expect(scan.data.reportScan.errors).toEqual([]);
  // Signs of life are written in batches, and that an agent came online is news.
  await server.services.container.resolve(PRESENCE_RECORDER).flush();
  const updates = await admin.ask(
    `query ($filter: UpdateFilter) { updates(filter: $filter) { nodes { id } } }`,
    { filter: { agent: { eq: node.id } } },
  );
  return { agent, id: node.id, updateId: updates.data.updates.nodes[0].id };
}

/** Subscribes and hands out what comes; each asks for the next. */
function follow(client: Client, query: string, variables: object = {}) {
  return client.iterate<Record<string, never>>({ query, variables: { ...variables } });
}

async function nextOf<T>(events: AsyncIterator<{ data?: T | null; errors?: unknown }>, field: string) {
  const next = await events.next();
  if (next.done) return null;
  expect(next.value.errors).toBeUndefined();
  // oxlint-disable-next-line typescript/no-explicit-any -- the shape stands in the test's own query
  return (next.value.data as any)[field];
}

const CLAIM = `mutation { claimCommands(input: {}) {
  commands { id type source attempt leaseSeconds deadlineAt refresh wanted { key candidateVersion }
    transaction { id digest token items { key name fromVersion toVersion } } }
  errors { message } } }`;
const RESULT = `mutation ($input: ReportResultInput!) {
  reportResult(input: $input) { isAccepted errors { message } } }`;
const PROGRESS = `mutation ($input: ReportProgressInput!) {
  reportProgress(input: $input) { isCancelRequested leaseSeconds errors { code message } } }`;
const FOLLOW = `subscription ($id: ID!, $after: String) { commandProgressed(id: $id, after: $after) {
  sequence command { state startedAt progress { phase percent } items { name outcome } } lines { sequence text } } }`;

const now = () => new Date().toISOString();

async function claimOne(agent: TestClient) {
  const answer = await agent.ask(CLAIM);
  expect(answer.data.claimCommands.errors).toEqual([]);
  return answer.data.claimCommands.commands[0];
}

async function resolvePlan(agent: TestClient, updateId: string): Promise<string> {
  const planned = await admin.ask(
    `mutation ($input: PlanUpdatesInput!) { planUpdates(input: $input) {
       plans { id state planCommand { id type state waitingReason } updates { name } } errors { message } } }`,
    { input: { ids: [updateId] } },
  );
  expect(planned.data.planUpdates).toMatchObject({
    plans: [
      { state: "RESOLVING", planCommand: { type: "PLAN", state: "QUEUED" }, updates: [{ name: "curl" }] },
    ],
    errors: [],
  });
  const command = await claimOne(agent);
  expect(command).toMatchObject({
    type: "PLAN",
    wanted: [{ key: "curl:amd64", candidateVersion: "2" }],
    transaction: null,
  });
  const plan = {
    items: [{ key: "curl:amd64", name: "curl", fromVersion: "1", toVersion: "2" }],
    alsoInstalls: [],
    alsoRemoves: [],
    blockers: [],
    downloadBytes: 5_000_000_000,
    digest: "ab".repeat(32),
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    token: "note",
  };
  const { id: commandId, attempt } = command;
  const input = { commandId, attempt, state: "SUCCEEDED", startedAt: now(), finishedAt: now(), plan };
  const told = await agent.ask(RESULT, { input });
  expect(told.data.reportResult).toEqual({ isAccepted: true, errors: [] });
  return planned.data.planUpdates.plans[0].id;
}

test("the main way over HTTP and WebSocket: wake, plan, approve, install, watch every line", async () => {
  const { agent, id, updateId } = await enrol();
  const sockets = [agent.subscriber(), admin.subscriber()] as const;
  // Whatever happens before the sockets are open is told all the same.
  const history = await admin.ask(`{ events(first: 1) { nodes { sequence } } }`);
  const after = history.data.events.nodes[0].sequence;
  const wakes = follow(
    sockets[0],
    `subscription ($after: String) { agentWoken(after: $after) { reason sequence } }`,
    { after },
  );
  const woken = nextOf(wakes, "agentWoken");
  const changes = follow(
    sockets[1],
    `subscription ($id: ID!, $after: String) {
       updatesChanged(agentId: $id, after: $after) { updates { name state } isTruncated } }`,
    { id, after },
  );
  const approved = nextOf(changes, "updatesChanged");
  const planId = await resolvePlan(agent, updateId);
  expect((await woken).reason).toBe("COMMAND_QUEUED");
  await admin.ask(`mutation ($ids: [ID!]!) { approveUpdates(input: { ids: $ids }) { errors { message } } }`, {
    ids: [updateId],
  });
  expect(await approved).toMatchObject({
    updates: [{ name: "curl", state: "APPROVED" }],
    isTruncated: false,
  });

  const started = await admin.ask(
    `mutation ($ids: [ID!]!) { installPlans(input: { ids: $ids }) {
       commands { id state plan { id downloadBytes state } agent { name } deadlineAt } errors { message } } }`,
    { ids: [planId] },
  );
  const [install] = started.data.installPlans.commands;
  expect(install).toMatchObject({
    state: "QUEUED",
    plan: { id: planId, downloadBytes: 5_000_000_000, state: "STARTED" },
    agent: { name: "web-1" },
  });
  const moves = follow(sockets[1], FOLLOW, { id: install.id });
  expect(await nextOf(moves, "commandProgressed")).toMatchObject({ command: { state: "QUEUED" }, lines: [] });
  const command = await claimOne(agent);
  expect(command.transaction).toMatchObject({ id: planId, digest: "ab".repeat(32), token: "note" });
  const { id: commandId, attempt } = command;
  const progress = { phase: "download", percent: 40, isCancellable: true };
  const lines = [1, 2].map((sequence) => ({ sequence, occurredAt: now(), text: `line ${sequence}` }));
  const told = await agent.ask(PROGRESS, { input: { commandId, attempt, progress, lines } });
  expect(told.data.reportProgress).toEqual({ isCancelRequested: false, leaseSeconds: 120, errors: [] });
  const items = [{ key: "curl:amd64", name: "curl", outcome: "SUCCEEDED", fromVersion: "1", toVersion: "2" }];
  const result = { commandId, attempt, state: "SUCCEEDED", startedAt: now(), finishedAt: now(), items };
  await agent.ask(RESULT, { input: { ...result, restart: "SERVICE", receipt: "{}" } });
  const seen: { command: { state: string }; lines: { sequence: number }[] }[] = [];
  for (let move = await nextOf(moves, "commandProgressed"); move;) {
    seen.push(move);
    move = await nextOf(moves, "commandProgressed");
  }
  expect(seen.flatMap((move) => move.lines.map(({ sequence }) => sequence))).toEqual([1, 2]);
  expect(seen.at(-1)).toMatchObject({
    command: { state: "SUCCEEDED", items: [{ name: "curl", outcome: "SUCCEEDED" }] },
  });
  const installed = await admin.ask(
    `query ($id: ID!) { update(id: $id) { state plan { id } command { id restart output { text } } } }`,
    { id: updateId },
  );
  expect(installed.data.update).toMatchObject({
    state: "INSTALLED",
    plan: { id: planId },
    command: { id: install.id, restart: "SERVICE", output: [{ text: "line 1" }, { text: "line 2" }] },
  });
  for (const socket of sockets) await socket.dispose();
});

test("R1 a socket that is cut off and comes back with its sequence misses nothing and hears nothing twice", async () => {
  const { id } = await enrol();
  const rename = (name: string) =>
    admin.ask(`mutation ($input: RenameAgentInput!) { renameAgent(input: $input) { errors { message } } }`, {
      input: { id, name },
    });
  const history = await admin.ask(`{ events(first: 1) { nodes { sequence } } }`);
  let after: string = history.data.events.nodes[0].sequence;
  const sequences: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    // Before the socket is there, while it is there, and after it was cut off.
    await rename(`before-${round}`);
    const socket = admin.subscriber();
    const query = `subscription ($id: ID!, $after: String) {
      agentChanged(id: $id, after: $after) { sequence agent { name } } }`;
    const events = follow(socket, query, { id, after });
    const taken = [await nextOf(events, "agentChanged")];
    await rename(`during-${round}`);
    const missed = round === 0 ? 0 : 1;
    while (taken.length < 2 + missed) taken.push(await nextOf(events, "agentChanged"));
    // What is told is the agent as it is now.
    expect(taken.at(-1).agent.name).toBe(`during-${round}`);
    sequences.push(...taken.map(({ sequence }) => sequence));
    after = taken.at(-1).sequence;
    socket.terminate();
    await rename(`after-${round}`);
  }
  expect(new Set(sequences).size).toBe(3 + 3 + 2);
});

test("a wrong after, an unknown command and a foreign caller are refused at once", async () => {
  const { agent } = await enrol();
  const socket = admin.subscriber();
  const refusals = [
    [`subscription { agentChanged(after: "nonsense") { sequence } }`, "BAD_USER_INPUT"],
    [`subscription { agentChanged(id: "cmd_x") { sequence } }`, "BAD_USER_INPUT"],
    [
      `subscription { commandProgressed(id: "cmd_01939f0e-0000-7000-8000-000000000000") { sequence } }`,
      "BAD_USER_INPUT",
    ],
    [`subscription { agentWoken { sequence } }`, "FORBIDDEN"],
  ] as const;
  const codeOf = async (client: Client, query: string): Promise<unknown> => {
    const events = follow(client, query);
    const refused = await events.next().catch((error: unknown) => ({ value: { errors: error } }));
    const errors = refused.value?.errors as { extensions: { code: string } }[];
    return errors[0]?.extensions.code;
  };
  for (const [query, code] of refusals) expect(await codeOf(socket, query)).toBe(code);
  const agentSocket = agent.subscriber();
  expect(await codeOf(agentSocket, `subscription { updatesChanged { sequence } }`)).toBe("FORBIDDEN");
  await socket.dispose();
  await agentSocket.dispose();
});

test("commands: filters, pages, waiting reasons, bulk cancel with partial results", async () => {
  const { agent, id } = await enrol();
  const scan = await admin.ask(
    `mutation ($ids: [ID!]!) { startScan(input: { agentIds: $ids, source: "apt" }) {
       commands { id type source waitingReason attempt progress { phase } output { text } } errors { code } } }`,
    { ids: [id, "agent_nobody"] },
  );
  expect(scan.data.startScan).toMatchObject({
    commands: [
      { type: "SCAN", source: "apt", waitingReason: "Waiting for the agent to answer.", attempt: 0 },
    ],
    errors: [{ code: "NOT_FOUND" }],
  });
  const [{ id: commandId }] = scan.data.startScan.commands;
  const listed = await admin.ask(
    `query ($id: ID!, $filter: CommandFilter) {
       commands(filter: $filter, first: 1) { totalCount nodes { id } pageInfo { hasNextPage } }
       agent(id: $id) { commands { nodes { id } } }
       node(id: "${commandId}") { ... on Command { state } } }`,
    { id, filter: { agent: { eq: id }, types: ["SCAN"], states: ["QUEUED"] } },
  );
  expect(listed.data).toEqual({
    commands: { totalCount: 1, nodes: [{ id: commandId }], pageInfo: { hasNextPage: false } },
    agent: { commands: { nodes: [{ id: commandId }] } },
    node: { state: "QUEUED" },
  });
  const cancelled = await admin.ask(
    `mutation ($ids: [ID!]!) { cancelCommands(input: { ids: $ids }) { commands { state } errors { path } } }`,
    { ids: [commandId, "cmd_none"] },
  );
  expect(cancelled.data.cancelCommands).toEqual({
    commands: [{ state: "CANCELLED" }],
    errors: [{ path: ["input", "ids", "1"] }],
  });
  expect((await agent.ask(CLAIM)).data.claimCommands.commands).toEqual([]);
});
