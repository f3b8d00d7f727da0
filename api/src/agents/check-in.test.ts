import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentCaller } from "../access/caller.js";
import {
  alice,
  createInventory,
  itemOf,
  noCommands,
  reportOf,
  soundFacts,
  type Inventory,
} from "../scans/testing/inventory.js";
import { silentLog } from "../testing/silent-log.js";
import { checkIn, type CheckInInput } from "./check-in.js";
import type { CommandsInHand } from "./commands-in-hand.js";
import { defaultInventorySettings as settings } from "./inventory-settings.js";
import { loadAgents } from "./load-agents.js";
import { findNewlySilent } from "./notice-silence.js";
import { PresenceRecorder } from "./presence-recorder.js";
import { retireAgent } from "./retire-agent.js";

let inventory: Inventory;
let presence: PresenceRecorder;
const returned: string[] = [];

beforeAll(async () => {
  inventory = await createInventory();
  presence = new PresenceRecorder({
    sql: inventory.database,
    clock: Date.now,
    log: silentLog,
    settings,
    onReturned: (agentIds) => returned.push(...agentIds),
  });
});
afterAll(async () => {
  await presence.flush();
  await inventory[Symbol.asyncDispose]();
});

const ask = (agent: AgentCaller, input: Partial<CheckInInput>, commands: CommandsInHand = noCommands) =>
  checkIn({ ...inventory.parts, clock: Date.now, settings, presence, commands }, agent, {
    sources: [],
    commandIds: [],
    ...input,
  });
const coverageOf = (agent: AgentCaller) =>
  inventory.database.query("select source, state, completed_at from source_coverage where agent_id = $1", [
    agent.id,
  ]);

test("a source whose digest the server lacks is wanted; one it has is confirmed", async () => {
  const { caller } = await inventory.enrol();
  const report = reportOf(1, { items: [itemOf("curl")] });
  const sources = [{ source: "apt", digest: report.digest, finishedAt: report.finishedAt }];
  expect(await ask(caller, { sources })).toMatchObject({ wantedSources: ["apt"], intervalSeconds: 300 });
  await presence.flush();
  expect(await coverageOf(caller)).toMatchObject([{ source: "apt", state: "NEVER" }]);
  await inventory.report(caller, 1, report);
  const finishedAt = new Date(Date.now() - 3_600_000);
  expect(await ask(caller, { sources: [{ ...sources[0]!, finishedAt }] })).toMatchObject({
    wantedSources: [],
  });
  await presence.flush();
  expect(await coverageOf(caller)).toEqual([{ source: "apt", state: "FRESH", completed_at: finishedAt }]);
});

test("a source that was never scanned is known and not asked for", async () => {
  const { caller } = await inventory.enrol();
  expect(await ask(caller, { sources: [{ source: "docker" }] })).toMatchObject({ wantedSources: [] });
  await presence.flush();
  expect(await coverageOf(caller)).toMatchObject([{ source: "docker", state: "NEVER", completed_at: null }]);
});

test("an agent's clock that runs ahead makes nothing younger than now", async () => {
  const { caller } = await inventory.enrol();
  const report = reportOf(1, { finishedAt: new Date("2150-01-01"), startedAt: new Date("2150-01-01") });
  await inventory.report(caller, 1, report);
  const finishedAt = new Date("2151-01-01");
  await ask(caller, { sources: [{ source: "apt", digest: report.digest, finishedAt }] });
  await presence.flush();
  const [row] = await inventory.database.query<{ ahead: boolean; age: number }>(
    "select completed_at > now() as ahead, age_seconds as age from source_coverage where agent_id = $1",
    [caller.id],
  );
  expect(row).toEqual({ ahead: false, age: expect.closeTo(0, -2) });
});

test("an unchanged check-in writes nothing of its own and reads once", async () => {
  const { caller } = await inventory.enrol();
  const report = reportOf(1);
  await inventory.report(caller, 1, report);
  const texts: string[] = [];
  const database = {
    ...inventory.database,
    query: ((text, ...rest) => {
      texts.push(text);
      return inventory.database.query(text, ...rest);
    }) as Inventory["database"]["query"],
  };
  const parts = { ...inventory.parts, database, clock: Date.now, settings, presence, commands: noCommands };
  const sources = [{ source: "apt", digest: report.digest, finishedAt: report.finishedAt }];
  await checkIn(parts, caller, { sources, commandIds: [] });
  expect(texts).toEqual([expect.stringMatching(/^select a.retired_at/)]);
});

test("facts make an event only when they changed, and a new host name is the name until a person renames", async () => {
  const { caller } = await inventory.enrol();
  const countEvents = async () =>
    (await inventory.database.query("select 1 from events where stream = $1", [`agent:${caller.id}`])).length;
  await ask(caller, { facts: soundFacts });
  expect(await countEvents()).toBe(1);
  await Promise.all(
    Array.from({ length: 4 }, () =>
      ask(caller, { facts: { ...soundFacts, hostname: "web-2", requiresReboot: true } }),
    ),
  );
  expect(await countEvents()).toBe(2);
  expect(await loadAgents([caller.id], inventory.context())).toMatchObject([
    { name: "web-2", hostname: "web-2", requiresReboot: true, version: 2 },
  ]);
});

test("leases are renewed and cancelled commands named, under the caller's own id", async () => {
  const { caller } = await inventory.enrol();
  const asked: unknown[] = [];
  const commands: CommandsInHand = {
    ...noCommands,
    renewLeases: async (...args) => void asked.push(args),
    cancelled: async (_agentId, ids) => ids.slice(0, 1),
    hasQueued: async () => true,
  };
  const ids = ["01939f0e-0000-7000-8000-000000000001", "01939f0e-0000-7000-8000-000000000002"];
  const commandIds = [...ids.map((id) => `cmd_${id}`), "agent_x"];
  expect(await ask(caller, { commandIds }, commands)).toMatchObject({
    hasCommands: true,
    cancelledCommands: [`cmd_${ids[0]}`],
  });
  expect(asked).toEqual([[caller.id, ids]]);
});

test("too many sources and names that are none are refused", async () => {
  const { caller } = await inventory.enrol();
  const sources = Array.from({ length: 51 }, (_, index) => ({ source: `s${index}` }));
  await expect(ask(caller, { sources })).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", limit: 50 });
  await expect(ask(caller, { sources: [{ source: "A;B" }] })).rejects.toMatchObject({
    code: "INVALID",
    path: ["input", "sources", "0", "source"],
  });
});

test("C20 what an agent says of itself never touches another agent", async () => {
  const { caller: one } = await inventory.enrol({ hostname: "one" });
  const { caller: two } = await inventory.enrol({ hostname: "two" });
  await inventory.report(two, 1, { items: [itemOf("curl")] });
  const before = await inventory.updates(two.id, "*");
  await inventory.report(one, 1, { items: [], commandId: `agent_${two.id}` });
  await ask(one, { facts: { ...soundFacts, hostname: "one", machineFingerprint: "cd".repeat(32) } });
  await presence.flush();
  expect(await inventory.updates(two.id, "*")).toEqual(before);
  const [shown] = await loadAgents([two.id], inventory.context());
  expect(shown).toMatchObject({
    name: "two",
    state: "NEVER_SEEN",
    version: 1,
    machineFingerprint: "ab".repeat(32),
  });
});

test("an agent is NEVER_SEEN, ONLINE, OFFLINE after three intervals, and RETIRED", async () => {
  const { caller } = await inventory.enrol();
  const state = async () => (await loadAgents([caller.id], inventory.context()))[0]?.state;
  expect(await state()).toBe("NEVER_SEEN");
  returned.length = 0;
  presence.sawAgent(caller.id);
  await presence.flush();
  expect(await state()).toBe("ONLINE");
  expect(returned).toEqual([caller.id]);
  const { until } = await findNewlySilent(inventory.database, null);
  await delay(5);
  await inventory.database.query(
    "update agent_presence set last_seen_at = $2::timestamptz - interval '899.998 seconds' where agent_id = $1",
    [caller.id, until],
  );
  expect(await state()).toBe("OFFLINE");
  expect((await findNewlySilent(inventory.database, until)).agentIds).toEqual([caller.id]);
  expect((await findNewlySilent(inventory.database, null)).agentIds).toEqual([]);
  returned.length = 0;
  presence.sawAgent(caller.id);
  await presence.flush();
  presence.sawAgent(caller.id);
  await presence.flush();
  expect(returned).toEqual([caller.id]);
  await retireAgent({ ...inventory.parts, clock: Date.now, onRevoked: () => {} }, alice, {
    id: `agent_${caller.id}`,
  });
  expect(await state()).toBe("RETIRED");
  await expect(ask(caller, {})).rejects.toMatchObject({ extensions: { code: "UNAUTHENTICATED" } });
});

test("signs of life survive a database that is away for a moment", async () => {
  const { caller } = await inventory.enrol();
  let isAway = true;
  const query: Inventory["database"]["query"] = async (...args) => {
    if (isAway) throw new Error("away");
    return await inventory.database.query(...args);
  };
  const recorder = new PresenceRecorder({
    sql: { query },
    clock: Date.now,
    log: silentLog,
    settings,
    onReturned: () => {},
  });
  recorder.sawAgent(caller.id);
  await recorder.flush();
  isAway = false;
  await recorder.flush();
  expect((await loadAgents([caller.id], inventory.context()))[0]?.state).toBe("ONLINE");
});

test("many batches of the same agents at once do not deadlock", async () => {
  const agents = await Promise.all(Array.from({ length: 20 }, () => inventory.enrol()));
  const recorders = Array.from(
    { length: 8 },
    () =>
      new PresenceRecorder({
        sql: inventory.database,
        clock: Date.now,
        log: silentLog,
        settings,
        onReturned: () => {},
      }),
  );
  for (let round = 0; round < 5; round += 1) {
    for (const [index, recorder] of recorders.entries()) {
      const order = index % 2 ? agents : agents.toReversed();
      for (const { caller } of order) {
        recorder.sawAgent(caller.id);
        recorder.sawSource(caller.id, "apt", new Date());
      }
    }
    await Promise.all(recorders.map((recorder) => recorder.flush()));
  }
  const [row] = await inventory.database.query(
    "select count(*) as seen from agent_presence where agent_id = any($1) and last_seen_at is not null",
    [agents.map(({ caller }) => caller.id)],
  );
  expect(row).toEqual({ seen: 20 });
});
