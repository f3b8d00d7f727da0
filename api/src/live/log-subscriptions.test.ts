import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AgentHints } from "../agents/agent-hints.js";
import { agentEvents } from "../agents/project-agents.js";
import { CommandProgressHints } from "../commands/command-progress-hints.js";
import { cancelCommands } from "../commands/cancel-commands.js";
import { claimCommands } from "../commands/claim-commands.js";
import { reportResult } from "../commands/report-result.js";
import { startScan } from "../commands/start-scan.js";
import { approve, resultOf } from "../commands/testing/agent-words.js";
import { alice, createFleet, type Fleet } from "../commands/testing/fleet.js";
import { decodeCursor } from "../events/cursor.js";
import { EventFeed } from "../events/event-feed.js";
import { silentLog } from "../testing/silent-log.js";
import { holdUpdates } from "../updates/hold-updates.js";
import { followAgents } from "./agent-changes.js";
import { CommandWatch } from "./command-watch.js";
import type { LiveParts } from "./live-parts.js";
import { followScans } from "./scans-finished.js";
import { followUpdates } from "./update-changes.js";
import { WakeBoard } from "./wake-board.js";

let fleet: Fleet;
let parts: LiveParts;

beforeAll(async () => {
  fleet = await createFleet();
  const { database, log } = fleet;
  const hints = new CommandProgressHints(log.bus);
  const feed = await EventFeed.start({ database, bus: log.bus, log: silentLog, pollMs: 60_000 });
  parts = {
    database,
    feed,
    wakes: new WakeBoard(database, feed),
    agentHints: new AgentHints(),
    commands: new CommandWatch({ sql: database, bus: log.bus, hints, log: silentLog }),
  };
});
afterAll(async () => {
  await parts.wakes.close();
  await parts.feed.close();
  await parts.commands.close();
  await fleet.drop();
});

/** Takes from a subscription, then ends it as a client does that goes away. */
async function take<T>(
  follow: (signal: AbortSignal) => AsyncGenerator<T, void>,
  count: number,
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<T[]> {
  const ended = new AbortController();
  const events = follow(ended.signal);
  // "From now on" begins when the first event is asked for.
  const first = events.next();
  await meanwhile();
  const taken: T[] = [];
  for (let next = await first; !next.done; next = await events.next()) {
    taken.push(next.value);
    if (taken.length === count) break;
  }
  ended.abort();
  await events.return();
  return taken;
}

test("updatesChanged tells listed and decided updates of the agent that was asked for", async () => {
  const other = await fleet.enrol({ packages: ["zlib"] });
  const agent = await fleet.enrol({ packages: ["curl"] });
  const changes = await take(
    (signal) => followUpdates(parts, agent.caller.id, undefined, signal),
    1,
    async () => {
      await approve(fleet, other, ["zlib"]);
      await approve(fleet, agent, ["curl"]);
    },
  );
  expect(changes.at(-1)).toMatchObject({
    agentId: agent.caller.id,
    updateIds: [agent.updates.get("curl")],
    isTruncated: false,
  });
});

test("updatesChanged tells when a machine has followed a hold, or could not", async () => {
  const agent = await fleet.enrol({ packages: ["curl"] });
  const id = agent.updates.get("curl");
  const changes = await take(
    (signal) => followUpdates(parts, agent.caller.id, undefined, signal),
    2,
    async () => {
      await holdUpdates(fleet.parts, alice, { ids: [`upd_${id}`] });
      const [command] = await claimCommands(fleet.parts, agent.caller, 10);
      const failure = { code: "PERMISSION_DENIED", message: "Holding packages needs root." };
      await reportResult(fleet.parts, agent.caller, resultOf(command!, { state: "FAILED", failure }));
    },
  );
  expect(changes.map(({ updateIds }) => updateIds)).toEqual([[id], [id]]);
});

test("scanFinished and agentChanged tell of enrolment, scans and hints", async () => {
  let agentId = "";
  const [registered, scanned] = await take(
    (signal) => followAgents(parts, null, undefined, signal),
    2,
    async () => {
      agentId = (await fleet.enrol()).caller.id;
    },
  );
  expect([registered?.agentId, scanned?.agentId]).toEqual([agentId, agentId]);
  const after = decodeCursor(registered!.sequence);
  const [scan] = await take((signal) => followScans(parts, agentId, after, signal), 1);
  const [row] = await fleet.database.query("select id from scans where agent_id = $1", [agentId]);
  expect(scan?.scanId).toBe(row?.["id"]);
  const [hinted] = await take(
    (signal) => followAgents(parts, agentId, undefined, signal),
    1,
    async () => parts.agentHints.publish(["00000000-0000-7000-8000-000000000000", agentId]),
  );
  expect(hinted?.agentId).toBe(agentId);
});

test("a hint and an event that come together are both told", async () => {
  const agent = await fleet.enrol();
  const changes = await take(
    (signal) => followAgents(parts, agent.caller.id, undefined, signal),
    2,
    async () => {
      parts.agentHints.publish([agent.caller.id, agent.caller.id]);
      await fleet.append(agent.caller.id, [agentEvents.of("agent.renamed", { name: "web-1" })]);
    },
  );
  expect(changes.map(({ agentId }) => agentId)).toEqual([agent.caller.id, agent.caller.id]);
});

test("agentWoken wakes only the agent whose command was queued or shall stop", async () => {
  const [agent, other] = [await fleet.enrol(), await fleet.enrol()];
  const wakes = await take(
    (signal) => parts.wakes.follow(agent.caller.id, undefined, signal),
    2,
    async () => {
      await startScan(fleet.parts, alice, { agentIds: [other.id, agent.id], refresh: true });
      const [command] = await claimCommands(fleet.parts, agent.caller, 10);
      await cancelCommands(fleet.parts, alice, [`cmd_${command!.id}`]);
    },
  );
  expect(wakes.map(({ reason }) => reason)).toEqual(["COMMAND_QUEUED", "CANCEL_REQUESTED"]);
});

test("agentWoken tells at once what was queued before it listened, and nothing that was taken", async () => {
  const agent = await fleet.enrol();
  const queue = () => startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
  await queue();
  await claimCommands(fleet.parts, agent.caller, 10);
  const begin = (signal: AbortSignal) => parts.wakes.follow(agent.caller.id, undefined, signal);
  const first = await take(begin, 1, queue);
  const [again] = await take(begin, 1, async () => {});
  expect(again).toEqual(first[0]);
});

test("agentWoken resumes behind a sequence: what was missed, then what comes, each once", async () => {
  const agent = await fleet.enrol();
  const after = parts.feed.position;
  const queue = async () => {
    const { ids } = await startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
    await claimCommands(fleet.parts, agent.caller, 10);
    return ids;
  };
  await queue();
  await queue();
  const wakes = await take(
    (signal) => parts.wakes.follow(agent.caller.id, after, signal),
    4,
    async () => {
      await queue();
      await queue();
    },
  );
  expect(new Set(wakes.map(({ sequence }) => sequence)).size).toBe(4);
  expect(parts.wakes.size).toBe(0);
});

test("R1 however often a subscriber is cut off, resuming by sequence leaves no gap and no duplicate", async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }),
      async (cuts) => {
        round += 1;
        const agent = await fleet.enrol();
        const names = Array.from(
          { length: cuts.reduce((sum, cut) => sum + cut, 0) },
          (_, n) => `${round}-${n}`,
        );
        const position = parts.feed.position;
        const writing = (async () => {
          for (const name of names)
            await fleet.append(agent.caller.id, [agentEvents.of("agent.renamed", { name })]);
        })();
        const seen: string[] = [];
        let after = position;
        for (const cut of cuts) {
          const wanted = seen.length + cut;
          const ended = new AbortController();
          for await (const event of parts.feed.follow(after, ended.signal)) {
            after = event.cursor;
            if (event.stream !== `agent:${agent.caller.id}` || event.type !== "agent.renamed") continue;
            seen.push((event.payload as { name: string }).name);
            if (seen.length === wanted) break;
          }
          ended.abort();
        }
        await writing;
        expect(seen).toEqual(names);
      },
    ),
    { numRuns: 20 },
  );
});
