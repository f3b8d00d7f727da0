import { expect, test, vi } from "vitest";
import { readTables } from "../backup/read-schema.js";
import { mutate } from "../testing/mutate.js";
import { startOwnPostgres, type OwnPostgres } from "../testing/own-postgres.js";
import type { TestClient } from "../testing/test-client.js";
import { ADMIN_PASSWORD as password, startTestServer, type TestServer } from "../testing/test-server.js";

vi.setConfig({ testTimeout: 600_000 });

/** Who was seen when is written between requests, whatever they do. */
const SEEN = new Set(["agent_presence", "source_presence"]);
/** What a mutation writes last of all, so that it is stopped in the middle; the log, if nothing else is named. */
const WRITTEN: Readonly<Record<string, string>> = { renewAgent: "agent_credentials" };
const BLOCKED = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and state = 'active'";

interface World {
  readonly postgres: OwnPostgres;
  readonly server: TestServer;
  /** Every mutation that was killed. */
  readonly killed: Set<string>;
}

async function contents({ postgres }: World): Promise<unknown> {
  const client = await postgres.database.openClient();
  const tables = (await readTables(client)).map(({ name }) => name).filter((name) => !SEEN.has(name));
  const all: Record<string, unknown> = {};
  for (const table of [...tables, "sessions", "idempotency_keys"]) {
    // A lock on a stream makes its row; it holds no event yet.
    const where = table === "streams" ? "where t.sequence > 0" : "";
    // A session lives on by being used, whatever becomes of the mutation.
    const passing = table === "sessions" ? "{used_at,expires_at}" : "{used_at}";
    const { rows } = await client.query<{ row: string }>(
      `select (to_jsonb(t) - '${passing}'::text[])::text as row from ${table} t ${where} order by 1`,
    );
    all[table] = rows.map(({ row }) => row);
  }
  await client.end();
  return all;
}

/** Holds a table that the mutation writes, so that it waits in the middle of its transaction. */
async function killDuring(world: World, name: string, send: () => ReturnType<typeof mutate>) {
  const { postgres, server } = world;
  const before = await contents(world);
  const blocker = await postgres.database.openClient();
  await blocker.query("begin");
  await blocker.query(`lock table ${WRITTEN[name] ?? "events"} in exclusive mode`);
  const watcher = await postgres.database.openClient();
  const sent = send();
  const waiting = async () => [name, (await watcher.query(BLOCKED)).rowCount];
  await expect.poll(waiting, { timeout: 15_000 }).toEqual([name, 1]);
  await postgres.kill();
  const told = await sent;
  expect([name, told.status]).toEqual([name, 503]);
  expect(told.errors[0]?.message).toMatch(/cannot reach its database|cannot tell whether/);
  await postgres.start();
  const isReady = async () => (await fetch(`${server.url}/readyz`)).status;
  await expect.poll(isReady, { timeout: 20_000 }).toBe(200);
  expect([name, await contents(world)]).toEqual([name, before]);
  world.killed.add(name);
}

/** The machine follows the hold and the release, so that nothing waits before what comes. */
async function followHolds(agent: TestClient, at: string): Promise<void> {
  for (const type of ["HOLD", "RELEASE"]) {
    const { data } = await mutate(agent, "claimCommands", {}, "commands { id type keys }");
    const [command] = data.claimCommands.commands;
    expect(command.type).toBe(type);
    const items = command.keys.map((key: string) => ({ key, name: key, outcome: "SUCCEEDED" }));
    const ended = { attempt: 1, state: "SUCCEEDED", startedAt: at, finishedAt: at };
    await mutate(agent, "reportResult", { ...ended, commandId: command.id, items });
  }
}

test("D1 PostgreSQL stopped in the middle of each mutation: nothing of it is kept, the client is told, and again it works", async () => {
  await using postgres = await startOwnPostgres();
  await using server = await startTestServer({ database: postgres.database });
  const world: World = { postgres, server, killed: new Set() };
  const run = async (client: TestClient, name: string, input: object, selection = "") => {
    await killDuring(world, name, () => mutate(client, name, input, selection));
    const answer = await mutate(client, name, input, selection);
    expect([name, answer.errors, answer.data?.[name].errors]).toEqual([name, [], []]);
    return answer.data[name];
  };
  const admin = server.client();
  await run(admin, "setUp", { setupCode: server.setupCode, name: "admin", password });
  const second = server.client();
  await run(second, "logIn", { name: "admin", password });
  await run(second, "logOut", {});
  const { operator } = await run(
    admin,
    "addOperator",
    { name: "bob", password, role: "VIEWER" },
    "operator { id }",
  );
  await run(admin, "removeOperator", { id: operator.id });
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const token = { name: "script", scopes: ["UPDATES_READ"], expiresAt };
  const { apiToken } = await run(admin, "addApiToken", token, "apiToken { id }");
  await run(admin, "revokeApiToken", { id: apiToken.id });
  const { secret, registrationToken } = await run(
    admin,
    "addRegistrationToken",
    { name: "one", seats: 1 },
    "secret registrationToken { id }",
  );
  const facts = { hostname: "web-1", architecture: "x64", agentVersion: "0.1.0", canInstall: true };
  const registered = await run(
    server.client(),
    "registerAgent",
    { registrationToken: secret, facts },
    "agent { id } credentials { accessToken refreshToken }",
  );
  await run(admin, "revokeRegistrationToken", { id: registrationToken.id });
  const agent = server.client();
  agent.token = registered.credentials.accessToken;
  const at = new Date().toISOString();
  await run(agent, "checkIn", { facts: { ...facts, hostname: "web-2" }, sources: [] });
  const item = {
    installedVersion: "1",
    candidateVersion: "2",
    kind: "OTHER",
    severity: "LOW",
    restart: "NONE",
  };
  const items = ["a", "b"].map((name) => ({ ...item, key: `${name}:amd64`, name }));
  const scan = { source: "apt", scanNumber: 1, status: "COMPLETE", startedAt: at, finishedAt: at };
  await run(agent, "reportScan", { ...scan, digest: "0".repeat(64), items, versionScheme: "debian" });
  const updates = await admin.ask("{ updates { nodes { id } } }");
  const ids: string[] = updates.data.updates.nodes.map(({ id }: { id: string }) => id);
  const agentId = registered.agent.id;
  await run(admin, "renameAgent", { id: agentId, name: "rack-7" });
  await run(admin, "holdUpdates", { ids });
  await run(admin, "releaseUpdates", { ids });
  await followHolds(agent, at);
  await run(admin, "rejectUpdates", { ids });
  await run(admin, "approveUpdates", { ids, acceptRejected: true });
  const started = await run(admin, "startScan", { agentIds: [agentId] }, "commands { id }");
  await run(agent, "claimCommands", {});
  const commandId = started.commands[0].id;
  const lines = [{ sequence: 1, occurredAt: at, text: "line" }];
  await run(agent, "reportProgress", { commandId, attempt: 1, lines });
  await run(agent, "reportResult", {
    commandId,
    attempt: 1,
    state: "SUCCEEDED",
    startedAt: at,
    finishedAt: at,
  });
  await run(agent, "reportLocalCommand", {
    commandId: "cmd_01930000-0000-7000-8000-000000000000",
    type: "INSTALL",
    source: "apt",
    startedBy: "root",
    requestedAt: at,
    startedAt: at,
    finishedAt: at,
    state: "SUCCEEDED",
    lines,
    receipt: "{}",
  });
  await run(admin, "fetchReleaseNotes", { ids, idempotencyKey: "notes-once" }, "commands { id }");
  const { plans } = await run(
    admin,
    "planUpdates",
    { ids, idempotencyKey: "plan-once" },
    "plans { id planCommand { id } }",
  );
  await mutate(agent, "claimCommands", {});
  const transaction = items.map(({ key, name }) => ({ key, name, fromVersion: "1", toVersion: "2" }));
  const plan = {
    items: transaction,
    alsoInstalls: [],
    alsoRemoves: [],
    blockers: [],
    digest: "ab".repeat(32),
    expiresAt,
  };
  const resolved = {
    commandId: plans[0].planCommand.id,
    attempt: 1,
    state: "SUCCEEDED",
    startedAt: at,
    finishedAt: at,
    plan,
  };
  await mutate(agent, "reportResult", resolved);
  const installed = await run(
    admin,
    "installPlans",
    { ids: [plans[0].id], idempotencyKey: "install-once" },
    "commands { id }",
  );
  const installId = installed.commands[0].id;
  await mutate(agent, "claimCommands", {});
  const done = transaction.map((one) => ({ ...one, outcome: "SUCCEEDED" }));
  const ended = { attempt: 1, state: "SUCCEEDED", startedAt: at, finishedAt: at };
  await mutate(agent, "reportResult", { ...ended, commandId: installId, items: done });
  const rollback = { ids: [installId], acceptPartly: true, idempotencyKey: "back-once" };
  const rolledBack = await run(admin, "rollBackCommands", rollback, "commands { id }");
  await run(admin, "cancelCommands", { ids: [rolledBack.commands[0].id] });
  const { refreshToken } = registered.credentials;
  await run(server.client(), "renewAgent", { refreshToken }, "credentials { accessToken }");
  await run(admin, "retireAgent", { id: agentId });
  const schema = Object.keys(server.schema.getMutationType()?.getFields() ?? {});
  expect([...world.killed].toSorted()).toEqual(schema.toSorted());
});
