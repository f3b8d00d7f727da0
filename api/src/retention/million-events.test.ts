import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { alice, createFleet, type Fleet } from "../commands/testing/fleet.js";
import { listEvents } from "../events/list-events.js";
import { readAfter } from "../events/read-after.js";
import { createContext } from "../schema/context.js";
import { silentLog } from "../testing/silent-log.js";
import { evidenceStatements, forgetEvidence } from "./forget-evidence.js";
import { AGES_OF_NEXT, forgetHistory } from "./forget-history.js";
import { firstIdOf, type RetentionParts } from "./retention-parts.js";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const DAY = 86_400_000;
const AGENTS = 1_000;
const OLD_AGENTS = 5;
let fleet: Fleet;
let parts: RetentionParts;
let pauses = 0;

/** A uuid of version 7 for a moment, in SQL. */
const idAt = (moment: string, n: string): string =>
  `(lpad(to_hex((extract(epoch from ${moment}) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(${n} % 4096), 3, '0')
    || '8' || substr(md5(${n}::text), 1, 15))::uuid`;

/** 1,000 agents with 1,000 events each; those of five are two years old, the others' a month. */
beforeAll(async () => {
  fleet = await createFleet();
  parts = {
    database: fleet.database,
    events: fleet.log.log,
    projectors: fleet.log.projectors,
    settings: { eventDays: 400, scanDays: 90, outputDays: 90 },
    pause: async () => {
      pauses += 1;
    },
  };
  await fleet.enrol();
  const [first] = await fleet.database.query<{ payload: unknown }>(
    "select payload from events where type = 'agent.registered'",
  );
  // A connection without the server's limit for one statement.
  const client = await fleet.database.openClient();
  const run = (text: string, values: unknown[] = []) => client.query(text, values);
  const at = `(now() - case when a <= ${OLD_AGENTS} then interval '730 days' else interval '30 days' end + n * interval '1 second')`;
  // Indexes are built faster than they grow.
  await run("alter table events drop constraint events_pkey, drop constraint events_stream_sequence_key");
  await run("drop index events_txid_id");
  await run("set maintenance_work_mem = '256MB'");
  await run(
    `insert into events (id, stream, sequence, type, payload, actor, at)
     select ${idAt(at, "(a * 1000 + n)")}, 'agent:' || md5(a::text)::uuid, n,
       case n when 1 then 'agent.registered' else 'agent.renamed' end,
       case n when 1 then $1::jsonb else jsonb_build_object('name', 'host-' || a || '-' || n) end,
       '{"kind": "system", "id": null, "name": null}', ${at}
     from generate_series(1, ${AGENTS}) a, generate_series(1, 1000) n`,
    [JSON.stringify(first?.payload)],
  );
  await run("alter table events add primary key (id), add unique (stream, sequence)");
  await run("create index events_txid_id on events (txid, id)");
  await run("insert into streams select stream, 1000 from events where sequence = 1000");
  await run(
    `insert into agents (id, given_name, name, hostname, architecture, agent_version, can_install, registered_at, version)
     select md5(a::text)::uuid, 'host-' || a || '-1000', 'host-' || a || '-1000', 'host', 'x64', '0.1.0', true, now(), 1
     from generate_series(1, ${AGENTS}) a`,
  );
  await run(
    `insert into command_output
     select ${idAt("(now() - c * interval '1 day')", "c")}, n, now(), 'line'
     from generate_series(1, 200) c, generate_series(1, 1000) n`,
  );
  await run("analyze");
  await client.end();
});
afterAll(() => fleet?.drop());

async function wholeTables(text: string, values: readonly unknown[]): Promise<string[]> {
  const plan = await fleet.database.query(`explain (format json) ${text}`, values);
  const nodes = JSON.stringify(plan).matchAll(/"Node Type":"Seq Scan"[^{}]*?"Relation Name":"(\w+)"/g);
  return [...nodes].map(([, table]) => table ?? "");
}

/** What the statements of some work read from end to end. */
async function readWhole(work: (database: typeof fleet.database) => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  const query: typeof fleet.database.query = async (text, values = [], name) => {
    found.push(...(await wholeTables(text, values)));
    return fleet.database.query(text, values, name);
  };
  await work({ ...fleet.database, query });
  return found;
}

test("D14 with 10^6 events, reading the log and looking for what is old read no table from end to end", async () => {
  const [row] = await fleet.database.query<{ n: number; agent: string; txid: string; id: string }>(
    `select (select count(*) from events) as n, (select id from agents order by id limit 1) as agent, txid, id
     from events order by txid desc, id desc limit 1`,
  );
  expect(row?.n).toBeGreaterThanOrEqual(1_000_000);
  const context = (database: typeof fleet.database) =>
    createContext({
      requestId: "test",
      caller: alice,
      database,
      log: silentLog,
      address: "127.0.0.1",
      signal: new AbortController().signal,
    });
  const { projectors } = parts;
  const after = { txid: row?.txid ?? "0", id: "00000000-0000-0000-0000-000000000000" };
  const agent = { equals: `agent_${row?.agent}` } as never;
  expect(await readWhole((database) => listEvents(context(database), projectors, {}))).toEqual([]);
  expect(
    await readWhole((database) => listEvents(context(database), projectors, { filter: { agent } } as never)),
  ).toEqual([]);
  expect(await readWhole((database) => readAfter(database, after))).toEqual([]);
  const cutoff = new Date(Date.now() - 90 * DAY);
  expect(
    await wholeTables(AGES_OF_NEXT, [firstIdOf(cutoff), cutoff, firstIdOf(new Date(0)), 200]),
  ).not.toContain("events");
  expect(
    await wholeTables(evidenceStatements["command_output"] ?? "", [firstIdOf(cutoff), cutoff]),
  ).not.toContain("command_output");
});

test("D14 retention goes through 10^6 events in chunks and leaves what is young", async () => {
  const now = new Date();
  expect(await forgetEvidence(parts, now)).toBe(110_000 + 1_000);
  expect(pauses).toBeGreaterThanOrEqual(22);
  expect(await forgetHistory(parts, now)).toEqual({ agents: OLD_AGENTS, events: OLD_AGENTS * 999 });
  const kept = await fleet.database.query<{ type: string; n: number }>(
    `select type, count(*) as n from events where type <> 'scan.recorded' group by type order by type`,
  );
  expect(kept).toEqual([
    { type: "agent.registered", n: AGENTS - OLD_AGENTS + 1 },
    { type: "agent.renamed", n: (AGENTS - OLD_AGENTS) * 999 },
    { type: "history.forgotten", n: OLD_AGENTS },
    { type: "history.summed_up", n: OLD_AGENTS },
  ]);
  const [sum] = await fleet.database.query<{ row: string[] }>(
    `select jsonb_path_query_first(payload, '$.tables[*] ? (@.name == "agents").rows[0]') as row
     from events where type = 'history.summed_up' limit 1`,
  );
  expect(sum?.row).toContainEqual(expect.stringMatching(/^host-\d-1000$/));
  expect(await forgetHistory(parts, now)).toEqual({ agents: 0, events: 0 });
});
