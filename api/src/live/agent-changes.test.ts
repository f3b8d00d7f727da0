import { afterAll, beforeAll, expect, test } from "vitest";
import { AgentHints } from "../agents/agent-hints.js";
import { agentEvents } from "../agents/project-agents.js";
import { CommandProgressHints } from "../commands/command-progress-hints.js";
import { createFleet, type Fleet } from "../commands/testing/fleet.js";
import type { Database } from "../database/database.js";
import { beginning } from "../events/cursor.js";
import { EventFeed } from "../events/event-feed.js";
import { silentLog } from "../testing/silent-log.js";
import { followAgents } from "./agent-changes.js";
import { CommandWatch } from "./command-watch.js";
import type { LiveParts } from "./live-parts.js";
import { WakeBoard } from "./wake-board.js";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await createFleet();
});
afterAll(() => fleet.drop());

const HELD_BACK = "select 1 from events where txid >= pg_snapshot_xmin(pg_current_snapshot()) limit 1";

/** Live parts whose database can be taken away. */
async function openLive() {
  const { database, log } = fleet;
  const state = { isLost: false };
  const fragile: Database = {
    ...database,
    query: (...call: Parameters<Database["query"]>) =>
      state.isLost ? Promise.reject(new Error("The database is gone.")) : database.query(...call),
  };
  // A feed begins behind what it can read; a transaction elsewhere on the server may hold that back for a moment.
  await expect.poll(() => database.query(HELD_BACK), { timeout: 10_000 }).toEqual([]);
  const feed = await EventFeed.start({ database: fragile, bus: log.bus, log: silentLog });
  const hints = new CommandProgressHints(log.bus);
  const parts: LiveParts = {
    database: fragile,
    feed,
    agentHints: new AgentHints(),
    commands: new CommandWatch({ sql: fragile, bus: log.bus, hints, log: silentLog }),
    wakes: new WakeBoard(fragile, feed),
  };
  const close = async () => {
    await parts.commands.close();
    await parts.wakes.close();
    await feed.close();
  };
  return { parts, state, [Symbol.asyncDispose]: close };
}

test("hints come between events, each once, with the sequence of the last event", async () => {
  const agent = await fleet.enrol();
  await using live = await openLive();
  const stop = new AbortController();
  const changes = followAgents(live.parts, agent.caller.id, undefined, stop.signal);
  const first = changes.next();
  live.parts.agentHints.publish(["another", agent.caller.id, agent.caller.id]);
  expect((await first).value).toMatchObject({ agentId: agent.caller.id });
  await fleet.append(agent.caller.id, [agentEvents.of("agent.renamed", { name: "rack-7" })]);
  const second = (await changes.next()).value!;
  live.parts.agentHints.publish([agent.caller.id]);
  expect((await changes.next()).value).toMatchObject({ sequence: second.sequence });
  stop.abort();
  expect((await changes.next()).done).toBe(true);
});

test("a database that fails while the reader is busy is told to the reader", async () => {
  const PAGE = 500;
  const agent = await fleet.enrol();
  const renames = Array.from({ length: PAGE }, (_, index) =>
    agentEvents.of("agent.renamed", { name: `host-${index}` }),
  );
  await fleet.append(agent.caller.id, renames);
  await using live = await openLive();
  const changes = followAgents(live.parts, null, beginning, new AbortController().signal);
  for (let read = 1; read < PAGE; read += 1) await changes.next();
  live.state.isLost = true;
  await changes.next();
  // Time for the next page to fail; a rejection that nobody hears ends the process, and this test run.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  await expect(changes.next()).rejects.toThrow("The database is gone.");
});
