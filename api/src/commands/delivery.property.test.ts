import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { agentStream } from "../agents/agent-stream.js";
import type { EventLog } from "../events/append.js";
import type { RecordedEvent } from "../events/event.js";
import { cancelCommands } from "./cancel-commands.js";
import type { CommandParts } from "./command-parts.js";
import { commandStates, findTransition, type CommandState } from "./command-states.js";
import type { CommandPayload } from "./commands.events.js";
import { findCommands } from "./commands.sql.js";
import { startScan } from "./start-scan.js";
import { sweepCommands } from "./sweep-commands.js";
import { alice, createFleet, type EnrolledAgent, type Fleet } from "./testing/fleet.js";
import { SimulatedAgent, type Loss } from "./testing/simulated-agent.js";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await createFleet();
});
afterAll(() => fleet.drop());

const loss = fc.constantFrom<Loss>("none", "none", "request", "reply");

const agentMove = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant("claim" as const), loss }), weight: 4 },
  {
    arbitrary: fc.record({ kind: fc.constant("begin" as const), loss, isImpatient: fc.boolean() }),
    weight: 4,
  },
  { arbitrary: fc.record({ kind: fc.constant("finish" as const), loss }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant("crash" as const) }), weight: 1 },
);

/** "lapse": two minutes pass without a word from the agent, and a server notices. */
const serverMove = fc.constantFrom("queue", "cancel", "sweep", "lapse", "lapse", "claim for nobody");

/** What the agent, other servers and people do at once; the agent's server may die before it commits. */
const step = fc.record({
  agent: fc.option(agentMove, { nil: undefined, freq: 4 }),
  others: fc.array(serverMove, { maxLength: 2 }),
  serverDies: fc.nat(7).map((value) => value === 0),
});

class ServerDied extends Error {}

/** A server that dies after its last statement and before its commit. */
function dyingParts(): CommandParts {
  const append: EventLog["append"] = async (...parameters) => {
    await fleet.parts.events.append(...parameters);
    throw new ServerDied();
  };
  return { ...fleet.parts, events: { append } as unknown as EventLog };
}

async function play(world: { agent: EnrolledAgent; machine: SimulatedAgent }, move: Step): Promise<void> {
  const { agent, machine } = world;
  const parts = move.serverDies ? dyingParts() : fleet.parts;
  const mayDie = (run: Promise<unknown>) =>
    run.catch((error: unknown) => {
      if (!(error instanceof ServerDied)) throw error;
    });
  const agentPart = async (): Promise<unknown> => {
    switch (move.agent?.kind) {
      case "claim":
        return mayDie(machine.claim(parts, move.agent.loss));
      case "begin":
        return mayDie(machine.begin(parts, move.agent.loss, move.agent.isImpatient));
      case "finish":
        return mayDie(machine.finish(parts, move.agent.loss));
      case "crash":
        return machine.crash();
      default:
        return undefined;
    }
  };
  const otherPart = async (kind: (typeof move.others)[number]): Promise<unknown> => {
    switch (kind) {
      case "queue":
        return startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
      case "cancel":
        return cancelCommands(
          fleet.parts,
          alice,
          (await idsOf(agent)).map((id) => `cmd_${id}`),
        );
      case "sweep":
        return sweepCommands(fleet.parts);
      case "claim for nobody":
        // A second delivery of the agent's request, whose answer goes nowhere.
        return new SimulatedAgent(agent).claim(fleet.parts, "reply");
      default:
        await silence(agent);
        return sweepCommands(fleet.parts);
    }
  };
  await Promise.all([agentPart(), ...move.others.map(otherPart)]);
}

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const silence = (agent: EnrolledAgent) =>
  fleet.database.query(
    `update command_leases set expires_at = now() - interval '1 second' where agent_id = $1`,
    [agent.caller.id],
  );

async function idsOf(agent: EnrolledAgent): Promise<string[]> {
  const rows = await fleet.database.query<{ id: string }>("select id from commands where agent_id = $1", [
    agent.caller.id,
  ]);
  return rows.map(({ id }) => id);
}

/** Peace: nothing is lost any more, until every command has ended. */
async function comeToRest(agent: EnrolledAgent, machine: SimulatedAgent): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    await silence(agent);
    await sweepCommands(fleet.parts);
    await machine.claim(fleet.parts, "none");
    await machine.begin(fleet.parts, "none", false);
    await machine.finish(fleet.parts, "none");
  }
}

/** Plays an agent's log against the table of transitions and counts what began. */
async function judgeLog(agent: EnrolledAgent): Promise<void> {
  const events = await fleet.database.query<RecordedEvent>(
    `select type, payload from events where stream = $1 and type like 'command.%' order by sequence`,
    [agentStream(agent.caller.id)],
  );
  const commands = new Map<string, { state: CommandState; attempt: number }>();
  const begun = new Set<string>();
  for (const { type, payload } of events as RecordedEvent<CommandPayload<"command.finished">>[]) {
    const { commandId } = payload;
    const before = commands.get(commandId) ?? null;
    const transition = findTransition(type as "command.finished", before);
    expect(transition, `${type} of ${JSON.stringify(before)}`).toBeDefined();
    const state = type === "command.finished" ? payload.state : transition!.to[0]!;
    expect(transition!.to).toContain(state);
    commands.set(commandId, { state, attempt: payload.attempt ?? before?.attempt ?? 0 });
    if (type !== "command.started") continue;
    const key = `${commandId} ${payload.attempt}`;
    expect(begun.has(key)).toBe(false);
    begun.add(key);
  }
}

test("property 2, command delivery: for any schedule of losses, crashes, cancellations and duplicates, at most one start per attempt, every end known, and cancel and run never both", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30, size: "max" }), async (steps) => {
      const agent = await fleet.enrol();
      const machine = new SimulatedAgent(agent);
      await startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
      for (const move of steps) await play({ agent, machine }, move);
      await comeToRest(agent, machine);
      await judgeLog(agent);
      for (const { id, state, attempt, resultAttempt } of await findCommands(
        fleet.database,
        await idsOf(agent),
      )) {
        const entry = machine.journal.get(id);
        expect(commandStates[state].hasEnded).toBe(true);
        expect(entry?.runs ?? 0).toBeLessThanOrEqual(1);
        if (state === "CANCELLED") expect(entry?.runs ?? 0).toBe(0);
        if (resultAttempt !== null) expect(state).toBe(entry?.result);
        else
          expect([state, attempt]).toBeOneOf([
            ["CANCELLED", 0],
            ["FAILED", 5],
          ]);
      }
    }),
    { numRuns: 80 },
  );
  expect(await fleet.differences()).toEqual([]);
}, 120_000);
