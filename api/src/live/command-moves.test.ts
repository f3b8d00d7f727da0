import { afterAll, beforeAll, expect, test } from "vitest";
import { AgentHints } from "../agents/agent-hints.js";
import { claimCommands, type ClaimedCommand } from "../commands/claim-commands.js";
import { CommandProgressHints } from "../commands/command-progress-hints.js";
import type { OutputLine } from "../commands/progress.sql.js";
import { reportProgress } from "../commands/report-progress.js";
import { reportResult } from "../commands/report-result.js";
import { startScan } from "../commands/start-scan.js";
import { resultOf } from "../commands/testing/agent-words.js";
import { alice, createFleet, type EnrolledAgent, type Fleet } from "../commands/testing/fleet.js";
import { EventBus } from "../events/event-bus.js";
import { EventFeed } from "../events/event-feed.js";
import { startWakeChannel, type WakeChannel } from "../events/publish.js";
import { silentLog } from "../testing/silent-log.js";
import { CommandWatch } from "./command-watch.js";
import { followCommand, type CommandMove } from "./command-moves.js";
import type { LiveParts } from "./live-parts.js";
import { WakeBoard } from "./wake-board.js";

interface Process {
  readonly parts: LiveParts;
  readonly hints: CommandProgressHints;
  readonly wakes: WakeChannel;
}

let fleet: Fleet;
let here: Process;
let elsewhere: Process;

async function startProcess(bus: EventBus): Promise<Process> {
  const { database } = fleet;
  const hints = new CommandProgressHints(bus);
  const wakes = startWakeChannel({ connection: database.connection, bus, log: silentLog });
  await wakes.listening;
  const feed = await EventFeed.start({ database, bus, log: silentLog, pollMs: 60_000 });
  const commands = new CommandWatch({ sql: database, bus, hints, log: silentLog, pollMs: 60_000 });
  const board = new WakeBoard(database, feed);
  return { parts: { database, feed, agentHints: new AgentHints(), commands, wakes: board }, hints, wakes };
}

async function stopProcess({ parts, hints, wakes }: Process): Promise<void> {
  hints.close();
  await parts.commands.close();
  await parts.feed.close();
  await wakes.close();
}

beforeAll(async () => {
  fleet = await createFleet();
  here = await startProcess(fleet.log.bus);
  elsewhere = await startProcess(new EventBus(silentLog));
});
afterAll(async () => {
  await stopProcess(here);
  await stopProcess(elsewhere);
  await fleet.drop();
});

async function runningScan(agent: EnrolledAgent): Promise<ClaimedCommand> {
  await startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
  const [command] = await claimCommands(fleet.parts, agent.caller, 1);
  if (!command) throw new Error("Nothing to claim.");
  return command;
}

const linesFrom = (first: number, count: number): OutputLine[] =>
  Array.from({ length: count }, (_, index) => ({
    sequence: first + index,
    occurredAt: new Date(),
    text: `line ${first + index}`,
  }));

const say = (agent: EnrolledAgent, command: ClaimedCommand, lines: OutputLine[]) =>
  reportProgress(
    fleet.parts,
    agent.caller,
    { commandId: `cmd_${command.id}`, attempt: command.attempt, lines },
    (id) => here.hints.announce(id),
  );

async function followToEnd(process: Process, id: string, after = 0): Promise<CommandMove[]> {
  const moves: CommandMove[] = [];
  for await (const move of followCommand(process.parts, id, after, AbortSignal.timeout(30_000)))
    moves.push(move);
  return moves;
}

const sequences = (moves: readonly CommandMove[]): number[] =>
  moves.flatMap(({ lines }) => lines.map(({ sequence }) => sequence));

test("the first move is the command as it is, the last its end, and every line comes once and in order", async () => {
  const agent = await fleet.enrol();
  const command = await runningScan(agent);
  await say(agent, command, linesFrom(1, 3));
  const following = [followToEnd(here, command.id), followToEnd(elsewhere, command.id)];
  for (let batch = 0; batch < 40; batch += 1) await say(agent, command, linesFrom(4 + batch * 5, 5));
  await reportResult(fleet.parts, agent.caller, resultOf(command));
  for (const moves of await Promise.all(following)) {
    expect(sequences(moves)).toEqual(Array.from({ length: 203 }, (_, index) => index + 1));
    expect(moves.at(-1)?.sequence).toBe("203");
    // Coalesced: 41 reports and a result make fewer moves.
    expect(moves.length).toBeLessThan(42);
  }
}, 60_000);

test("a follower that was cut off resumes behind its last line: no gap, no duplicate", async () => {
  const agent = await fleet.enrol();
  const command = await runningScan(agent);
  const seen: number[] = [];
  const follow = async (after: number, count: number) => {
    const cut = new AbortController();
    const moves = followCommand(here.parts, command.id, after, cut.signal);
    let last = after;
    for await (const move of moves) {
      seen.push(...move.lines.map(({ sequence }) => sequence));
      last = Number(move.sequence);
      if (last >= count) break;
    }
    cut.abort();
    return last;
  };
  let last = 0;
  for (let batch = 0; batch < 6; batch += 1) {
    const following = follow(last, batch * 7 + 1);
    await say(agent, command, linesFrom(batch * 7 + 1, 7));
    last = await following;
  }
  expect(seen).toEqual(Array.from({ length: last }, (_, index) => index + 1));
});

test("a command that has ended tells itself once, with its output, and the subscription ends", async () => {
  const agent = await fleet.enrol();
  const command = await runningScan(agent);
  await say(agent, command, linesFrom(1, 2));
  await reportResult(fleet.parts, agent.caller, resultOf(command));
  const moves = await followToEnd(here, command.id);
  expect(moves.map(({ sequence }) => sequence)).toEqual(["2"]);
  expect(sequences(await followToEnd(here, command.id, 1))).toEqual([2]);
});

test("long output comes in pages of a thousand lines", async () => {
  const agent = await fleet.enrol();
  const command = await runningScan(agent);
  for (let batch = 0; batch < 5; batch += 1) await say(agent, command, linesFrom(1 + batch * 500, 500));
  await reportResult(fleet.parts, agent.caller, resultOf(command));
  const moves = await followToEnd(here, command.id);
  expect(moves.map(({ lines }) => lines.length)).toEqual([1000, 1000, 500]);
});

test("D10 a hundred waiting subscriptions hold no database connection", async () => {
  const agent = await fleet.enrol();
  const command = await runningScan(agent);
  const stop = new AbortController();
  const waiting = Array.from({ length: 100 }, async () => {
    const moves = followCommand(here.parts, command.id, 0, stop.signal);
    await moves.next();
    return moves.next();
  });
  await say(agent, command, []);
  const [row] = await fleet.database.query<{ busy: number }>(
    `select count(*) as busy from pg_stat_activity
     where datname = current_database() and state like 'idle in transaction%'`,
  );
  expect(row?.busy).toBe(0);
  const { ids } = await startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
  expect(ids).toHaveLength(1);
  stop.abort();
  await Promise.all(waiting);
});

test("R11 two thousand subscriptions that came and went leave nothing behind", async () => {
  const agent = await fleet.enrol();
  const command = await runningScan(agent);
  for (let round = 0; round < 20; round += 1) {
    const ended = new AbortController();
    const coming = Array.from({ length: 100 }, async () => {
      const moves = followCommand(here.parts, command.id, 0, ended.signal);
      await moves.next();
      const waiting = moves.next();
      await moves.return();
      return waiting;
    });
    ended.abort();
    await Promise.all(coming);
  }
  expect(here.parts.commands.size).toBe(0);
});
