import { afterAll, beforeAll, expect, test } from "vitest";
import { listAgents } from "../agents/list-agents.js";
import { listScans } from "../scans/list-scans.js";
import { findObjections } from "../commands/commands.sql.js";
import { listCommands } from "../commands/list-commands.js";
import { findRollbackCandidates, latestRollbackOf } from "../commands/rollbacks.sql.js";
import type { Sql, Tx } from "../database/sql.js";
import { latestOfUpdate } from "../plans/load-plans.js";
import { findPlans } from "../plans/plans.sql.js";
import { notesCommandOfUpdate } from "../release-notes/release-notes.sql.js";
import { alice, createInventory, type Inventory } from "../scans/testing/inventory.js";
import { createContext, type RequestContext } from "../schema/context.js";
import { requireId } from "../schema/global-id.js";
import { silentLog } from "../testing/silent-log.js";
import { holdCommandOf } from "./hold-fields.resolver.js";
import { listUpdates } from "./list-updates.js";

const PLAN = "00000000-0000-7000-8000-00000000000a";
const INSTALL = "00000000-0000-7000-8000-00000000000b";

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
  await run("update updates set is_held_by_mark = true where key = 'key-3'");
  await run(`insert into update_holds (agent_id, source, key, set_at) select agent_id, source, key, now() from updates
    where key = 'key-4'`);
  const items = `'[{"key": "key-3", "name": "name-3", "fromVersion": "1", "toVersion": "2"}]'`;
  await run(
    `insert into plans (id, agent_id, source, state, items, also_installs, also_removes, also_kept, restart_reasons,
      blockers, requested_by, requested_at, plan_command_id)
    select case when row_number() over () = 1 then $1 else gen_random_uuid() end, id, 'apt', 'RESOLVING',
      ${items}, '[]', '[]', '[]', '{}', '[]', 'alice', now(), gen_random_uuid() from agents`,
    [PLAN],
  );
  await run(
    `insert into commands (id, agent_id, type, source, state, requested_by, requested_at, begin_before, attempt,
      is_cancel_requested, plan_id, update_ids, keys, restart_reasons, items)
    select case when p.id = $1 then $2 else gen_random_uuid() end, agent_id, 'INSTALL', 'apt', 'SUCCEEDED', 'alice',
      now(), now(), 1, false, p.id, '{}', '{}', '{}', p.items from plans p, generate_series(1, 5)
    on conflict do nothing`,
    [PLAN, INSTALL],
  );
  await run(`insert into plan_updates (plan_id, update_id, key, candidate_version)
    select p.id, u.id, u.key, '2' from plans p join updates u on u.agent_id = p.agent_id`);
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
  [
    "updates with their latest commands",
    async (context) => {
      const { nodes } = await listUpdates(inventory.context(), { first: 50 });
      const ids = nodes.map(({ id }) => requireId("upd", id));
      await context.loader(latestOfUpdate).loadMany(ids);
      await context.loader(holdCommandOf).loadMany(ids);
      await context.loader(notesCommandOfUpdate).loadMany(ids);
    },
  ],
  [
    "commands with what took them back",
    async (context) => {
      const { nodes } = await listCommands(context, { first: 50 });
      return context.loader(latestRollbackOf).loadMany(nodes.map(({ uuid }) => uuid));
    },
  ],
];

const decisions: readonly (readonly [string, (db: Sql) => Promise<unknown>])[] = [
  ["starting plans", (db) => findPlans(db, [PLAN])],
  ["rolling installs back", (db) => findRollbackCandidates(db, [INSTALL])],
  ["handing installs over", (db) => findObjections(db as Tx, [INSTALL])],
];

for (const [what, read] of decisions) {
  test(`D14 ${what} reads no big table from end to end`, async () => {
    expect(await scannedWhole((context) => read(context.database))).toEqual([]);
  });
}

for (const [what, list] of lists) {
  test(`D14 the list of ${what} reads no big table from end to end`, async () => {
    expect(await scannedWhole(list)).toEqual([]);
  });
}

test("the check notices a table that is read from end to end", async () => {
  const read = (context: RequestContext) => context.database.query("select * from updates order by origin");
  expect(await scannedWhole(read)).toEqual(["updates"]);
});
