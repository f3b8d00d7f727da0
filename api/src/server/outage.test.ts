import { expect, test, vi } from "vitest";
import { beginning } from "../events/cursor.js";
import { EVENT_FEED } from "../injection-tokens.js";
import { startOwnPostgres } from "../testing/own-postgres.js";
import { startTestServer, type TestServer } from "../testing/test-server.js";

vi.setConfig({ testTimeout: 120_000 });

const VIEWER = "{ viewer { operator { name } } }";
const ADD = `mutation ($input: AddRegistrationTokenInput!) {
  addRegistrationToken(input: $input) { secret errors { message } }
}`;
const ready = async (server: TestServer): Promise<number> => (await fetch(`${server.url}/readyz`)).status;

test("D2 a database that is down for five minutes: 503 at once all the time, then all goes on without a restart", async () => {
  await using postgres = await startOwnPostgres();
  let offset = 0;
  const clock = (): number => Date.now() + offset;
  await using server = await startTestServer({ database: postgres.database, clock });
  const admin = await server.admin();
  const end = new AbortController();
  const news = server.services.container.resolve(EVENT_FEED).follow(beginning, end.signal);
  await news.next();
  await postgres.kill();
  await expect.poll(() => ready(server), { timeout: 20_000 }).toBe(503);
  for (let minute = 0; minute < 5; minute += 1) {
    offset += 60_000;
    const refused = await admin.ask(ADD, { input: { name: `in minute ${minute}` } });
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("5");
    expect(refused.errors[0]?.message).toContain("cannot reach its database");
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  }
  await postgres.start();
  await expect.poll(() => ready(server), { timeout: 20_000 }).toBe(200);
  const made = await admin.ask(ADD, { input: { name: "afterwards" } });
  expect(made.data.addRegistrationToken.errors).toEqual([]);
  const names = await postgres.database.query("select name from registration_tokens");
  expect(names).toEqual([{ name: "afterwards" }]);
  for await (const { type } of news) if (type === "registration_token.added") end.abort();
});

test("D2 a database that stands still is told as one that is away, requests under way as well, and all goes on when it wakes", async () => {
  await using postgres = await startOwnPostgres();
  await using server = await startTestServer({ database: postgres.database });
  const admin = await server.admin();
  await admin.ask(VIEWER);
  await postgres.freeze();
  const underWay = await Promise.all([admin.ask(VIEWER), admin.ask(ADD, { input: { name: "frozen" } })]);
  expect(underWay.map(({ status }) => status)).toEqual([503, 503]);
  expect(postgres.database.availability.state).toBe("silent");
  expect((await admin.ask(VIEWER)).status).toBe(503);
  expect(await ready(server)).toBe(503);
  await postgres.thaw();
  await expect.poll(() => ready(server), { timeout: 20_000 }).toBe(200);
  expect((await admin.ask(VIEWER)).data.viewer).toEqual({ operator: { name: "admin" } });
  expect(await postgres.database.query("select name from registration_tokens")).toEqual([]);
});

test("D4 a connection that is killed in the middle of a mutation: it is run again and done once", async () => {
  await using server = await startTestServer();
  const admin = await server.admin();
  const blocker = await server.database.openClient();
  await blocker.query("begin");
  await blocker.query("lock table events in exclusive mode");
  const adding = admin.ask(ADD, { input: { name: "once" } });
  const WAITING = `select pid from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%into events%'`;
  // A transaction sees the activity as it was at its first look.
  const waiting = () => server.database.query<{ pid: number }>(WAITING);
  await expect.poll(waiting).toHaveLength(1);
  const [first] = await waiting();
  await server.database.query("select pg_terminate_backend($1)", [first?.pid]);
  const isAgain = async () => (await waiting()).some(({ pid }) => pid !== first?.pid);
  await expect.poll(isAgain, { timeout: 10_000 }).toBe(true);
  await blocker.query("commit");
  await blocker.end();
  expect((await adding).data.addRegistrationToken.errors).toEqual([]);
  expect(await server.database.query("select name from registration_tokens")).toEqual([{ name: "once" }]);
});

test("a database that is full or too busy is told as that, with the time to come back", async () => {
  await using server = await startTestServer();
  const admin = await server.admin();
  await server.database.query(`create function fail_with() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file' using errcode = current_setting('redflag_test.code'); end $$`);
  await server.database.query(
    "create trigger fail_with before insert on registration_tokens for each row execute function fail_with()",
  );
  const { database } = server.database.connection;
  for (const [code, words, seconds] of [
    ["53100", "no space left; nothing was changed", "60"],
    ["53200", "too busy at this moment; nothing was changed", "5"],
    ["57014", "too busy at this moment; nothing was changed", "5"],
  ] as const) {
    await server.database.query(`alter database ${database} set redflag_test.code = '${code}'`);
    server.database.cutConnections();
    const refused = await admin.ask(ADD, { input: { name: "full" } });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, seconds]);
    expect(refused.errors[0]?.message).toContain(words);
    expect(refused.errors[0]?.message).not.toContain("extend");
  }
  expect(await server.database.query("select name from registration_tokens")).toEqual([]);
});
