import { afterAll, beforeAll, expect, test } from "vitest";
import { listAgents } from "../agents/list-agents.js";
import { listScans } from "../scans/list-scans.js";
import { alice, createInventory, type Inventory } from "../scans/testing/inventory.js";
import { createContext, type RequestContext } from "../schema/context.js";
import { silentLog } from "../testing/silent-log.js";
import { listUpdates } from "./list-updates.js";

let inventory: Inventory;
beforeAll(async () => {
  inventory = await createInventory();
  const run = inventory.database.query;
  await run(`insert into agents (id, name, hostname, architecture, agent_version, can_install, registered_at, version)
    select gen_random_uuid(), 'host-' || i, 'host-' || i, 'x64', '1', true, now() - i * interval '1 hour', 1
    from generate_series(1, 2000) i`);
  await run("insert into agent_presence select id, now(), 300, 86400 from agents");
  await run(`insert into scans select gen_random_uuid(), id, 'apt', n, 'COMPLETE', now(), now(), now(), 'd', 'debian', 0,
    null, '{}' from agents, generate_series(1, 10) n`);
  await run(`insert into updates (id, agent_id, source, key, name, candidate_version, version_scheme, kind, severity,
      advisories, restart, facts_digest, listed_number, state, is_held_by_mark, is_held_by_pin, is_held_by_operator,
      discovered_at, changed_at)
    select gen_random_uuid(), a.id, 'apt', 'key-' || i, 'name-' || i, '2', 'debian', 'OTHER',
      (array['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'])[1 + i % 5], '{}', 'NONE', 'x', 1, 'PENDING', false, false, false,
      now() - i * interval '1 minute', now()
    from agents a, generate_series(1, 15) i`);
  await run("analyze");
}, 60_000);
afterAll(() => inventory[Symbol.asyncDispose]());

/** The tables that the statements of a list read from end to end. */
async function scannedWhole(list: (context: RequestContext) => Promise<unknown>): Promise<string[]> {
  const statements: { text: string; values: readonly unknown[] }[] = [];
  const query: Inventory["database"]["query"] = (text, values = [], name) => {
    statements.push({ text, values });
    return inventory.database.query(text, values, name);
  };
  const context = createContext({
    requestId: "test",
    caller: alice,
    database: { ...inventory.database, query },
    log: silentLog,
    address: "127.0.0.1",
    signal: new AbortController().signal,
  });
  await list(context);
  const plans = await Promise.all(
    statements.map(({ text, values }) => inventory.database.query(`explain (format json) ${text}`, values)),
  );
  const nodes = [...JSON.stringify(plans).matchAll(/"Node Type":"Seq Scan"[^{}]*?"Relation Name":"(\w+)"/g)];
  return nodes.map(([, table]) => table ?? "");
}

const lists: readonly (readonly [string, (context: RequestContext) => Promise<unknown>])[] = [
  ["updates, gravest first", (context) => listUpdates(context, {})],
  [
    "the page after",
    async (context) => {
      const { pageInfo } = await listUpdates(inventory.context(), { first: 200 });
      return listUpdates(context, { after: pageInfo.endCursor });
    },
  ],
  ["updates from the end", (context) => listUpdates(context, { last: 50 })],
  ["updates by name", (context) => listUpdates(context, { orderBy: { field: "NAME", direction: "asc" } })],
  [
    "updates by day",
    (context) => listUpdates(context, { orderBy: { field: "DISCOVERED_AT", direction: "desc" } }),
  ],
  ["updates of one severity", (context) => listUpdates(context, { filter: { severities: ["LOW"] } })],
  ["agents by name", (context) => listAgents(context, {})],
  [
    "agents by day",
    (context) => listAgents(context, { orderBy: { field: "REGISTERED_AT", direction: "desc" } }),
  ],
  ["scans", (context) => listScans(context, {})],
];

for (const [what, list] of lists) {
  test(`D14 the list of ${what} reads no big table from end to end`, async () => {
    expect(await scannedWhole(list)).toEqual([]);
  });
}

test("the check notices a table that is read from end to end", async () => {
  const read = (context: RequestContext) => context.database.query("select * from updates order by origin");
  expect(await scannedWhole(read)).toEqual(["updates"]);
});
