import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { uuidv7 } from "uuidv7";
import { inTransaction } from "../database/unit-of-work.js";
import { agentStream } from "../agents/agent-stream.js";
import { systemActor } from "../events/event.js";
import { planUpdates } from "../plans/plan-updates.js";
import { cancelCommands } from "./cancel-commands.js";
import { claimCommands } from "./claim-commands.js";
import { findCommands, readClock } from "./commands.sql.js";
import { queueCommand } from "./queue-command.js";
import { startScan } from "./start-scan.js";
import { alice, createFleet, type Fleet } from "./testing/fleet.js";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await createFleet({ poolSize: 16 });
});
afterAll(() => fleet.drop());

test("D8 eight workers claim thousands of commands: each exactly once, nobody starves", async () => {
  const PER_AGENT = 400;
  const agents = await Promise.all(Array.from({ length: 8 }, () => fleet.enrol()));
  const queued = new Set<string>();
  for (const agent of agents) {
    await inTransaction(fleet.database, async (tx) => {
      const now = await readClock(tx);
      const ids = Array.from({ length: PER_AGENT }, () => uuidv7());
      for (const id of ids) queued.add(id);
      const events = ids.map((id, index) => queueCommand({ id, type: "SCAN", source: `s${index}` }, now));
      await fleet.parts.events.append(tx, agentStream(agent.caller.id), events, systemActor);
    });
  }
  // Every worker asks for every agent, as servers behind a balancer do.
  const workers = Array.from({ length: 8 }, async (_, worker) => {
    const taken: string[] = [];
    for (let turn = 0; ; turn += 1) {
      const agent = agents[(turn + worker) % agents.length]!;
      const claimed = await claimCommands(fleet.parts, agent.caller, 50);
      taken.push(...claimed.map(({ id }) => id));
      if (claimed.length === 0 && turn > agents.length * 2) {
        const left = await fleet.database.query("select 1 from commands where state = 'QUEUED' limit 1");
        if (left.length === 0) return taken;
      }
    }
  });
  const shares = await Promise.all(workers);
  const all = shares.flat();
  expect(all).toHaveLength(queued.size);
  expect(new Set(all)).toEqual(queued);
  expect(Math.min(...shares.map(({ length }) => length))).toBeGreaterThan(0);
}, 120_000);

/** Runs both while the agent's stream is taken, so that both wait for it in this order. */
async function inOrder(agentId: string, first: () => Promise<unknown>, second: () => Promise<unknown>) {
  const waiting = async () => {
    const rows = await fleet.database.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return rows.length;
  };
  const running: Promise<unknown>[] = [];
  await inTransaction(fleet.database, async (tx) => {
    // Without a new version of the row, those who wait for it come in their order.
    await tx.query("select 1 from streams where stream = $1 for update", [agentStream(agentId)]);
    for (const act of [first, second]) {
      running.push(act());
      await vi.waitUntil(async () => (await waiting()) === running.length, { timeout: 10_000, interval: 2 });
    }
  });
  await Promise.all(running);
}

test("C10 cancel races with claim: exactly one of handed over and cancelled, and both sides agree", async () => {
  const agent = await fleet.enrol();
  const outcomes: string[] = [];
  const race = async (how: (cancel: () => Promise<unknown>, claim: () => Promise<unknown>) => unknown) => {
    const { ids } = await startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
    let claimed: readonly { id: string }[] = [];
    const cancel = () => cancelCommands(fleet.parts, alice, [`cmd_${ids[0]}`]);
    const claim = async () => (claimed = await claimCommands(fleet.parts, agent.caller, 10));
    await how(cancel, claim);
    const [command] = await findCommands(fleet.database, ids);
    if (claimed.length > 0) {
      expect(claimed.map(({ id }) => id)).toEqual(ids);
      expect(command).toMatchObject({ state: "CLAIMED", isCancelRequested: true, attempt: 1 });
    } else {
      expect(command).toMatchObject({ state: "CANCELLED", attempt: 0 });
    }
    outcomes.push(command!.state);
  };
  for (let round = 0; round < 5; round += 1) {
    await race((cancel, claim) => inOrder(agent.caller.id, claim, cancel));
    await race((cancel, claim) => inOrder(agent.caller.id, cancel, claim));
  }
  expect(outcomes).toEqual(Array.from({ length: 5 }, () => ["CLAIMED", "CANCELLED"]).flat());
  for (let round = 0; round < 40; round += 1) {
    await race((cancel, claim) => Promise.all(round % 2 === 0 ? [claim(), cancel()] : [cancel(), claim()]));
  }
});

test("G22 one idempotency key and body five times at once: one effect, one answer", async () => {
  const agent = await fleet.enrol({ packages: ["curl"] });
  const ids = [`upd_${agent.updates.get("curl")}`, "upd_nonsense"];
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => planUpdates(fleet.parts, alice, { ids, idempotencyKey: "k1" })),
  );
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  const plans = await fleet.database.query("select id from plans where agent_id = $1", [agent.caller.id]);
  expect(plans.map(({ id }) => id)).toEqual(answers[0]?.ids);
});

test("G22 the same idempotency key with another body is a conflict, for another caller it is new", async () => {
  const agent = await fleet.enrol({ packages: ["curl"] });
  const request = { agentIds: [agent.id], refresh: true, idempotencyKey: "k2" };
  const first = await startScan(fleet.parts, alice, request);
  await expect(startScan(fleet.parts, alice, { ...request, refresh: false })).rejects.toMatchObject({
    code: "CONFLICT",
  });
  expect(await startScan(fleet.parts, alice, request)).toEqual(first);
  await cancelCommands(fleet.parts, alice, [`cmd_${first.ids[0]}`]);
  const other = { ...alice, id: uuidv7(), name: "bob" };
  const second = await startScan(fleet.parts, other, request);
  expect(second.ids).not.toEqual(first.ids);
});

test("an idempotency key is forgotten after a day, and free again when its call failed", async () => {
  const agent = await fleet.enrol();
  const request = { agentIds: [agent.id], refresh: true, idempotencyKey: "k3" };
  const tooMany = { ...request, agentIds: Array.from({ length: 201 }, () => agent.id) };
  await expect(startScan(fleet.parts, alice, tooMany)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  const first = await startScan(fleet.parts, alice, request);
  await fleet.database.query("update idempotency_keys set expires_at = now() where key = 'k3'");
  await cancelCommands(fleet.parts, alice, [`cmd_${first.ids[0]}`]);
  expect((await startScan(fleet.parts, alice, request)).ids).not.toEqual(first.ids);
});

test("a scan that waits already is answered, not doubled", async () => {
  const agent = await fleet.enrol();
  const scan = (refresh: boolean) => startScan(fleet.parts, alice, { agentIds: [agent.id], refresh });
  const quick = await scan(false);
  const thorough = await scan(true);
  expect(thorough.ids).not.toEqual(quick.ids);
  expect((await scan(true)).ids).toEqual(thorough.ids);
  const again = await scan(false);
  expect([quick.ids, thorough.ids]).toContainEqual(again.ids);
});

test("scanning every source means those that the agent named or scanned, without the unsupported", async () => {
  const agent = await fleet.enrol();
  await fleet.database.query("insert into source_presence (agent_id, source) values ($1, 'docker')", [
    agent.caller.id,
  ]);
  const { ids } = await startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
  const rows = await fleet.database.query("select source from commands where id = any($1) order by source", [
    ids,
  ]);
  expect(rows).toEqual([{ source: "apt" }, { source: "docker" }]);
});

test("scanning: unknown agents, sources and empty agents are refused one by one", async () => {
  const agent = await fleet.enrol();
  const made = `agent_${uuidv7()}`;
  const answer = await startScan(fleet.parts, alice, {
    agentIds: [agent.id, made, "agent_x"],
    source: "dnf",
    refresh: true,
  });
  expect(answer).toMatchObject({
    ids: [],
    errors: [
      { code: "NOT_FOUND", path: ["input", "agentIds", "2"] },
      { reason: "NO_SUCH_SOURCE", path: ["input", "agentIds", "0"] },
      { code: "NOT_FOUND", path: ["input", "agentIds", "1"] },
    ],
  });
  const streams = await fleet.database.query("select 1 from streams where stream = $1", [
    agentStream(made.slice(6)),
  ]);
  expect(streams).toEqual([]);
});
