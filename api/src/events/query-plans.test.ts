import { afterAll, beforeAll, expect, test } from "vitest";
import { uuidv7 } from "uuidv7";
import { modules } from "../modules.js";
import { projectorsOf } from "../compose.js";
import { alice } from "../commands/testing/fleet.js";
import { createContext } from "../schema/context.js";
import { encodeId } from "../schema/global-id.js";
import { createTestDatabase, type TestDatabase } from "../testing/database.js";
import { silentLog } from "../testing/silent-log.js";
import type { EventsArgs } from "./events.args.js";
import { listEvents } from "./list-events.js";

const EVENTS = 100_000;
const QUIET_EVENTS = 300;
/** An agent that was busy long ago, so that its events lie far behind the newest. */
const quiet = uuidv7();
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(
    `insert into events (id, stream, sequence, type, payload, actor)
     select lpad(to_hex(n), 32, '0')::uuid,
       case when n <= $3 then 'agent:' || $1 else 'agent:' || lpad(to_hex(n % 500), 32, '0')::uuid end, n,
       case when n % 5000 = 1 and n < 50000 then 'agent.renamed' else 'scan.recorded' end, '{}',
       '{"kind": "system", "id": null, "name": null}'
     from generate_series(1, $2::int) n`,
    [quiet, EVENTS, QUIET_EVENTS],
  );
  await database.query("vacuum analyze events");
}, 60_000);
afterAll(() => database.drop());

/** How many rows the busiest step of a list read or threw away, and how many the list gave. */
async function work(args: EventsArgs): Promise<{ read: number; given: number }> {
  const statements: { text: string; values: readonly unknown[] }[] = [];
  const query: TestDatabase["query"] = (text, values = [], name) => {
    statements.push({ text, values });
    return database.query(text, values, name);
  };
  const context = createContext({
    requestId: "test",
    caller: alice,
    database: { ...database, query },
    log: silentLog,
    address: "127.0.0.1",
    signal: new AbortController().signal,
  });
  const { nodes } = await listEvents(context, projectorsOf(modules), args);
  const plans = await Promise.all(
    statements.map(({ text, values }) => database.query(`explain (analyze, format json) ${text}`, values)),
  );
  const counts = [...JSON.stringify(plans).matchAll(/"(?:Actual Rows|Rows Removed by \w+)":([\d.]+)/g)];
  return { read: Math.max(...counts.map(([, rows]) => Number(rows))), given: nodes.length };
}

const agent = { eq: encodeId("agent", quiet) };
const lists: readonly (readonly [string, EventsArgs])[] = [
  ["everything", { first: 50 }],
  ["one agent", { first: 50, filter: { agent } }],
  ["one agent, from the end", { last: 50, filter: { agent } }],
  ["one agent, named in a list", { first: 50, filter: { agent: { in: [agent.eq] } } }],
  ["one rare type", { first: 10, filter: { type: { eq: "agent.renamed" } } }],
  ["one common type", { first: 50, filter: { type: { eq: "scan.recorded" } } }],
  ["a type that never happened", { first: 50, filter: { type: { eq: "plan.failed" } } }],
];

test.each(lists)("D14 of 100,000 events, a page of %s reads no more than it shows", async (_what, args) => {
  const { read, given } = await work(args);
  expect(read).toBeLessThanOrEqual(given + 1);
});

test("D14 the page after a page of one agent reads nothing of other agents", async () => {
  const args = { first: 50, filter: { agent } };
  const context = createContext({
    requestId: "test",
    caller: alice,
    database,
    log: silentLog,
    address: "127.0.0.1",
    signal: new AbortController().signal,
  });
  const { pageInfo } = await listEvents(context, projectorsOf(modules), args);
  const { read, given } = await work({ ...args, after: pageInfo.endCursor });
  expect(given).toBe(50);
  expect(read).toBeLessThanOrEqual(QUIET_EVENTS);
});
