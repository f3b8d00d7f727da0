import { uuidv7 } from "uuidv7";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { agentStream } from "../agents/agent-stream.js";
import { startScan } from "../commands/start-scan.js";
import { claimCommands } from "../commands/claim-commands.js";
import { reportResult } from "../commands/report-result.js";
import { approve, readyPlan, resultOf } from "../commands/testing/agent-words.js";
import { alice, createFleet, type EnrolledAgent, type Fleet } from "../commands/testing/fleet.js";
import { rebuild } from "../events/rebuild.js";
import { scanEvents } from "../scans/project-scans.js";
import { updateEvents } from "../updates/project-updates.js";
import { forgetEvidence } from "./forget-evidence.js";
import { forgetHistory } from "./forget-history.js";
import { isOnlyOne, type RetentionParts } from "./retention-parts.js";
import { retainOnce } from "./retain-regularly.js";
import { inTransaction } from "../database/unit-of-work.js";

vi.setConfig({ testTimeout: 60_000 });

const DAY = 86_400_000;
let fleet: Fleet;
let time = Date.now();
let parts: RetentionParts;
beforeEach(async () => {
  time = Date.now();
  fleet = await createFleet({ clock: () => time });
  parts = {
    database: fleet.database,
    events: fleet.log.log,
    projectors: fleet.log.projectors,
    settings: { eventDays: 400, scanDays: 90, outputDays: 90 },
    pause: async () => {},
  };
});
afterEach(() => fleet.drop());

const inDays = (days: number): Date => new Date(Date.now() + days * DAY);
const count = async (table: string): Promise<number> =>
  (await fleet.database.query<{ n: number }>(`select count(*) as n from ${table}`))[0]?.n ?? -1;

/** A complete scan that lists nothing new, and closes what it is told to. */
async function scan(agent: EnrolledAgent, scanNumber: number, closed: string[] = []): Promise<void> {
  const at = new Date(time).toISOString();
  const difference = {
    opened: [],
    changed: [],
    restartNeeded: [],
    proved: [],
    contradicted: [],
    confirmed: [],
  };
  await fleet.append(agent.caller.id, [
    scanEvents.of("scan.recorded", {
      scanId: uuidv7(),
      source: "apt",
      scanNumber,
      status: "COMPLETE",
      startedAt: at,
      finishedAt: at,
      digest: "1".repeat(64),
      isSettled: true,
      confirmedAt: null,
      versionScheme: "debian",
      updateCount: 0,
      indexAgeSeconds: 1,
      warnings: [],
      failure: null,
      pendingRestarts: null,
      commandId: null,
      difference: { ...difference, closed: closed.map((id) => ({ id, reason: "WITHDRAWN" as const })) },
    }),
  ]);
}

test("replaced scans are forgotten, the latest of a source never is, and state stays what the log says", async () => {
  const agent = await fleet.enrol({ packages: ["a", "b"] });
  const idle = await fleet.enrol({ packages: ["a"] });
  for (let number = 2; number <= 6; number += 1) await scan(agent, number);
  expect(await forgetHistory(parts, inDays(96))).toEqual({ agents: 0, events: 0 });
  expect(await forgetHistory(parts, inDays(98))).toEqual({ agents: 1, events: 0 });
  const left = "select agent_id as id, scan_number as number from scans order by scan_number";
  expect(await fleet.database.query(left)).toEqual([
    { id: idle.caller.id, number: 1 },
    { id: agent.caller.id, number: 6 },
  ]);
  expect(await fleet.differences()).toEqual([]);
  expect(await forgetHistory(parts, inDays(98))).toEqual({ agents: 0, events: 0 });
  expect(await count("updates")).toBe(3);
});

test("old events are summed up: what is open stays, what ended goes, and the state can be rebuilt", async () => {
  const agent = await fleet.enrol({ packages: ["done", "open", "running"] });
  const stream = agentStream(agent.caller.id);
  await readyPlan(fleet, agent, ["done"]);
  await approve(fleet, agent, ["open"]);
  await fleet.append(
    agent.caller.id,
    [updateEvents.of("update.held", { updateIds: [agent.updates.get("open")!], reason: "wait ü'\"\\" })],
    alice,
  );
  await scan(agent, 2, [agent.updates.get("done")!]);
  await startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: false });
  await claimCommands(fleet.parts, agent.caller, 10);
  const before = await count("events");
  time += 500 * DAY;
  await scan(agent, 3);
  const open = await fleet.database.query("select * from updates where is_open order by id");
  const { agents, events } = await forgetHistory(parts, inDays(500));
  expect([agents, events]).toEqual([1, before - 1]);
  expect(await fleet.database.query("select type, sequence from events order by sequence")).toEqual([
    { type: "history.summed_up", sequence: before },
    { type: "scan.recorded", sequence: before + 1 },
    { type: "history.forgotten", sequence: before + 2 },
  ]);
  expect(await fleet.database.query("select * from updates order by id")).toEqual(open);
  expect(await fleet.database.query("select state from commands")).toEqual([{ state: "CLAIMED" }]);
  expect([await count("plans"), await count("plan_updates"), await count("scans")]).toEqual([0, 0, 1]);
  expect(await fleet.differences()).toEqual([]);
  const report = await rebuild(fleet.database, parts.projectors);
  expect(report.events).toBe(3);
  expect(report.tables.filter(({ removed, written }) => removed + written > 0)).toEqual([]);
  const [row] = await fleet.database.query<{ payload: unknown }>(
    "select payload from events where stream = $1 and sequence = $2",
    [stream, before],
  );
  expect(fleet.log.projectors.summarize("history.summed_up", row?.payload)).toBe(
    `Summed up ${before} older events.`,
  );
});

test("a sum is summed up again, and a log without its beginning is still refused", async () => {
  const agent = await fleet.enrol({ packages: ["a"] });
  await scan(agent, 2);
  time += 500 * DAY;
  await scan(agent, 3);
  await scan(agent, 4);
  await forgetHistory(parts, inDays(500));
  time += 500 * DAY;
  await scan(agent, 5);
  expect(await forgetHistory(parts, inDays(1000))).toEqual({ agents: 1, events: 3 });
  const [sum] = await fleet.database.query<{ events: number }>(
    "select (payload ->> 'events')::int as events from events where type = 'history.summed_up'",
  );
  expect(sum).toEqual({ events: 6 });
  expect(await fleet.differences()).toEqual([]);
  await inTransaction(fleet.database, async (tx) => {
    await tx.query("set local redflag.retention = 'on'");
    await tx.query("delete from events where type = 'history.summed_up'");
  });
  await expect(fleet.differences()).rejects.toThrow("The event log is incomplete");
});

test("a column that came later gets its default, one that is gone is left out", async () => {
  await fleet.enrol({ packages: ["a"] });
  time += 500 * DAY;
  await forgetHistory(parts, inDays(500));
  await fleet.database.query("alter table agents add column colour text not null default 'red'");
  await fleet.database.query("alter table updates drop column details");
  expect(await fleet.differences()).toEqual([]);
});

test("output goes after its days; a command that runs or ended late keeps it", async () => {
  const agent = await fleet.enrol();
  const ids: string[] = [];
  for (let number = 0; number < 3; number += 1) {
    const started = await startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
    ids.push(...started.ids);
    const [command] = await claimCommands(fleet.parts, agent.caller, 10);
    if (command && number < 2) await reportResult(fleet.parts, agent.caller, resultOf(command));
  }
  const [done, late, running] = ids;
  const finish = "update commands set finished_at = $2 where id = $1";
  await fleet.database.query(finish, [done, inDays(0)]);
  await fleet.database.query(finish, [late, inDays(50)]);
  for (const id of ids) {
    await fleet.database.query(
      "insert into command_output select $1, n, now(), 'line' from generate_series(1, 6000) n",
      [id],
    );
    await fleet.database.query("insert into command_late_results values ($1, 1, $2, '{}')", [
      id,
      agent.caller.id,
    ]);
    await fleet.database.query("insert into command_receipts values ($1, 'receipt')", [id]);
  }
  expect(await forgetEvidence(parts, inDays(89))).toBe(0);
  expect(await forgetEvidence(parts, inDays(100))).toBe(6001);
  expect(
    await fleet.database.query("select distinct command_id as id from command_output order by 1"),
  ).toEqual([{ id: late }, { id: running }]);
  expect(await count("command_receipts")).toBe(3);
  expect(await forgetEvidence(parts, inDays(500))).toBe(6001 + 2);
  expect(await fleet.database.query("select command_id as id from command_receipts")).toEqual([
    { id: running },
  ]);
});

test("for ever means for ever, and only one server forgets at a time", async () => {
  const agent = await fleet.enrol({ packages: ["a"] });
  await scan(agent, 2);
  const forever = { ...parts, settings: { eventDays: 0, scanDays: 0, outputDays: 0 } };
  expect(await forgetHistory(forever, inDays(5000))).toEqual({ agents: 0, events: 0 });
  expect(await forgetEvidence(forever, inDays(5000))).toBe(0);
  await inTransaction(fleet.database, async (tx) => {
    expect(await isOnlyOne(tx)).toBe(true);
    expect(await forgetHistory(parts, inDays(5000))).toEqual({ agents: 0, events: 0 });
  });
  const both = await Promise.all([forgetHistory(parts, inDays(5000)), forgetHistory(parts, inDays(5000))]);
  expect(both.map(({ agents }) => agents).toSorted()).toEqual([0, 1]);
  expect(await fleet.differences()).toEqual([]);
});

test("D13 a clock that has jumped by years forgets nothing", async () => {
  await fleet.enrol({ packages: ["a"] });
  const clock = (): number => Date.now() + 3_000 * DAY;
  expect(await retainOnce({ ...parts, clock })).toBe(false);
  expect(await retainOnce({ ...parts, clock: Date.now })).toBe(true);
});
