import { afterAll, beforeAll, expect, test } from "vitest";
import { agentEvents } from "../agents/project-agents.js";
import { updateEvents } from "../updates/project-updates.js";
import { installPlans } from "../plans/install-plans.js";
import { cancelCommands } from "./cancel-commands.js";
import { claimCommands } from "./claim-commands.js";
import { findCommands } from "./commands.sql.js";
import { reportProgress } from "./report-progress.js";
import { reportResult } from "./report-result.js";
import { startScan } from "./start-scan.js";
import { sweepCommands } from "./sweep-commands.js";
import { approve, eventTypes, readyPlan, resultOf } from "./testing/agent-words.js";
import { alice, createFleet, type EnrolledAgent, type Fleet } from "./testing/fleet.js";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await createFleet();
});
afterAll(() => fleet.drop());

const scan = (agent: EnrolledAgent) => startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
const stateOf = async (id: string) => (await findCommands(fleet.database, [id]))[0]?.state;
const silent = () => {};

/** Lets the leases of an agent run out, as if two minutes had passed without a word. */
const loseLeases = (agent: EnrolledAgent) =>
  fleet.database.query(
    `update command_leases set expires_at = now() - interval '1 second' where agent_id = $1`,
    [agent.caller.id],
  );

test("a scan goes from the queue through the agent's hand to its end", async () => {
  const agent = await fleet.enrol();
  const { ids } = await scan(agent);
  const [command] = await claimCommands(fleet.parts, agent.caller, 10);
  expect(command).toMatchObject({ id: ids[0], type: "SCAN", source: "apt", attempt: 1, refresh: true });
  expect(await stateOf(command!.id)).toBe("CLAIMED");
  const begun = { commandId: `cmd_${command!.id}`, attempt: 1, lines: [] };
  expect(await reportProgress(fleet.parts, agent.caller, begun, silent)).toEqual({
    isCancelRequested: false,
    leaseSeconds: 120,
  });
  expect(await stateOf(command!.id)).toBe("RUNNING");
  expect(await reportResult(fleet.parts, agent.caller, resultOf(command!))).toBe(true);
  expect(await stateOf(command!.id)).toBe("SUCCEEDED");
  expect(await eventTypes(fleet, agent)).toEqual([
    "command.queued",
    "command.claimed",
    "command.started",
    "command.finished",
  ]);
});

test("an agent gets only its own commands, oldest first, at most as many as it asks for", async () => {
  const [agent, other] = [await fleet.enrol(), await fleet.enrol()];
  await scan(other);
  const first = (await scan(agent)).ids[0];
  await claimCommands(fleet.parts, agent.caller, 10);
  await loseLeases(agent);
  await sweepCommands(fleet.parts);
  const second = (await scan(agent)).ids[0];
  const [one] = await claimCommands(fleet.parts, agent.caller, 1);
  const [two, ...rest] = await claimCommands(fleet.parts, agent.caller, 10);
  expect([one?.id, one?.attempt, two?.id, two?.attempt]).toEqual([first, 2, second, 1]);
  expect(rest).toEqual([]);
});

test("of several installs of one source one is in hand at a time", async () => {
  const agent = await fleet.enrol({ packages: ["curl", "zlib"] });
  const plans = [await readyPlan(fleet, agent, ["curl"]), await readyPlan(fleet, agent, ["zlib"])];
  await approve(fleet, agent, ["curl", "zlib"]);
  const { ids } = await installPlans(fleet.parts, alice, {
    ids: plans,
    acceptRemovals: false,
    dryRun: false,
  });
  const first = await claimCommands(fleet.parts, agent.caller, 10);
  expect(first.map(({ id }) => id)).toEqual([ids[0]]);
  expect(await claimCommands(fleet.parts, agent.caller, 10)).toEqual([]);
  await reportResult(fleet.parts, agent.caller, resultOf(first[0]!));
  // The agent calls it succeeded and says nothing of curl.
  expect(await stateOf(first[0]!.id)).toBe("FAILED");
  const second = await claimCommands(fleet.parts, agent.caller, 10);
  expect(second.map(({ id }) => id)).toEqual([ids[1]]);
});

test.each([
  ["held", "update.held", "UPDATE_IS_HELD", "APPROVED"],
  ["rejected", "update.rejected", "UPDATE_IS_NOT_APPROVED", "REJECTED"],
] as const)(
  "an install whose update is %s before the hand-over is not handed over",
  async (_, event, code, state) => {
    const agent = await fleet.enrol({ packages: ["curl"] });
    const plan = await readyPlan(fleet, agent, ["curl"]);
    await approve(fleet, agent, ["curl"]);
    const { ids } = await installPlans(fleet.parts, alice, {
      ids: [plan],
      acceptRemovals: false,
      dryRun: false,
    });
    const updateIds = [...agent.updates.values()];
    await fleet.append(agent.caller.id, [updateEvents.of(event, { updateIds, reason: null })], alice);
    expect(await claimCommands(fleet.parts, agent.caller, 10)).toEqual([]);
    const [command] = await fleet.database.query("select state, failure_code from commands where id = $1", [
      ids[0],
    ]);
    expect(command).toEqual({ state: "FAILED", failure_code: code });
    const [update] = await fleet.database.query("select state from updates where id = $1", [updateIds[0]]);
    expect(update).toEqual({ state });
  },
);

test("a lost lease puts the command back, and it is handed over once more with the next attempt", async () => {
  const agent = await fleet.enrol();
  const { ids } = await scan(agent);
  await claimCommands(fleet.parts, agent.caller, 10);
  await sweepCommands(fleet.parts);
  expect(await stateOf(ids[0]!)).toBe("CLAIMED");
  await loseLeases(agent);
  await Promise.all([sweepCommands(fleet.parts), sweepCommands(fleet.parts), sweepCommands(fleet.parts)]);
  expect(await stateOf(ids[0]!)).toBe("QUEUED");
  const claims = await Promise.all([1, 2, 3].map(() => claimCommands(fleet.parts, agent.caller, 10)));
  expect(claims.flat().map(({ id, attempt }) => ({ id, attempt }))).toEqual([{ id: ids[0], attempt: 2 }]);
  const requeued = (await eventTypes(fleet, agent)).filter((type) => type === "command.requeued");
  expect(requeued).toHaveLength(1);
});

test("C5 who gets a command again is told whether an earlier attempt said that it had begun", async () => {
  const agent = await fleet.enrol();
  await scan(agent);
  const [first] = await claimCommands(fleet.parts, agent.caller, 10);
  expect(first?.startedAt).toBeNull();
  const begun = { commandId: `cmd_${first!.id}`, attempt: 1, lines: [] };
  await reportProgress(fleet.parts, agent.caller, begun, silent);
  await loseLeases(agent);
  await sweepCommands(fleet.parts);
  const [second] = await claimCommands(fleet.parts, agent.caller, 10);
  expect(second).toMatchObject({ id: first!.id, attempt: 2, startedAt: expect.any(Date) });
});

test("after five silent attempts the command fails and says why", async () => {
  const agent = await fleet.enrol();
  const { ids } = await scan(agent);
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const [command] = await claimCommands(fleet.parts, agent.caller, 10);
    expect(command?.attempt).toBe(attempt);
    await loseLeases(agent);
    await sweepCommands(fleet.parts);
  }
  const [command] = await fleet.database.query("select state, failure_code from commands where id = $1", [
    ids[0],
  ]);
  expect(command).toEqual({ state: "FAILED", failure_code: "AGENT_LOST" });
});

test("D13 a jump of the server's clock loses no lease and no deadline", async () => {
  let now = Date.now();
  await using jumpy = await createFleet({ clock: () => now });
  const agent = await jumpy.enrol();
  const { ids } = await startScan(jumpy.parts, alice, { agentIds: [agent.id], refresh: true });
  for (const days of [400, -800]) {
    now += days * 86_400_000;
    await sweepCommands(jumpy.parts);
    expect((await findCommands(jumpy.database, ids))[0]?.state).toBe("QUEUED");
  }
  await claimCommands(jumpy.parts, agent.caller, 10);
  now += 900 * 86_400_000;
  expect(await sweepCommands(jumpy.parts)).toBe(0);
  expect((await findCommands(jumpy.database, ids))[0]?.state).toBe("CLAIMED");
});

test("C7 ten deliveries of one result at once end the command once", async () => {
  const agent = await fleet.enrol();
  await scan(agent);
  const [command] = await claimCommands(fleet.parts, agent.caller, 10);
  const result = resultOf(command!);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => reportResult(fleet.parts, agent.caller, result)),
  );
  expect(answers).toEqual(Array.from({ length: 10 }, () => true));
  const finished = (await eventTypes(fleet, agent)).filter((type) => type === "command.finished");
  expect(finished).toHaveLength(1);
});

test("C22 a late result of a lost lease is kept as evidence and changes nothing", async () => {
  const agent = await fleet.enrol();
  await scan(agent);
  const [first] = await claimCommands(fleet.parts, agent.caller, 10);
  await loseLeases(agent);
  await sweepCommands(fleet.parts);
  const [second] = await claimCommands(fleet.parts, agent.caller, 10);
  const failure = { code: "OFFLINE", message: "No network." };
  const late = resultOf(first!, { state: "FAILED", failure });
  expect(await reportResult(fleet.parts, agent.caller, late)).toBe(false);
  expect(await stateOf(second!.id)).toBe("CLAIMED");
  expect(await reportResult(fleet.parts, agent.caller, resultOf(second!))).toBe(true);
  expect(await reportResult(fleet.parts, agent.caller, late)).toBe(false);
  expect(await stateOf(second!.id)).toBe("SUCCEEDED");
  const kept = await fleet.database.query(
    "select attempt, result ->> 'state' as state from command_late_results where command_id = $1",
    [second!.id],
  );
  expect(kept).toEqual([{ attempt: 1, state: "FAILED" }]);
});

test("the result of an attempt whose lease was lost counts while no other attempt was handed over", async () => {
  const agent = await fleet.enrol();
  await scan(agent);
  const [command] = await claimCommands(fleet.parts, agent.caller, 10);
  await loseLeases(agent);
  await sweepCommands(fleet.parts);
  expect(await reportResult(fleet.parts, agent.caller, resultOf(command!))).toBe(true);
  expect(await stateOf(command!.id)).toBe("SUCCEEDED");
  expect(await claimCommands(fleet.parts, agent.caller, 10)).toEqual([]);
});

test("C20 another agent's command is not found, whatever is reported of it", async () => {
  const [agent, other] = [await fleet.enrol(), await fleet.enrol()];
  await scan(agent);
  const [command] = await claimCommands(fleet.parts, agent.caller, 10);
  await expect(reportResult(fleet.parts, other.caller, resultOf(command!))).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  const begun = { commandId: `cmd_${command!.id}`, attempt: 1, lines: [] };
  await expect(reportProgress(fleet.parts, other.caller, begun, silent)).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test("C31 a retired agent finishes what it has in hand and gets nothing new", async () => {
  const agent = await fleet.enrol();
  await scan(agent);
  const [running] = await claimCommands(fleet.parts, agent.caller, 10);
  const { ids: waiting } = await scan(agent);
  await fleet.append(agent.caller.id, [agentEvents.of("agent.retired", {})]);
  expect(await stateOf(waiting[0]!)).toBe("CANCELLED");
  expect(await claimCommands(fleet.parts, agent.caller, 10)).toEqual([]);
  expect(await reportResult(fleet.parts, agent.caller, resultOf(running!))).toBe(true);
  expect(await scan(agent)).toMatchObject({ ids: [], errors: [{ reason: "AGENT_IS_RETIRED" }] });
});

test("what a retired agent never finishes expires instead of going back to the queue", async () => {
  const agent = await fleet.enrol();
  await scan(agent);
  const [running] = await claimCommands(fleet.parts, agent.caller, 10);
  await fleet.append(agent.caller.id, [agentEvents.of("agent.retired", {})]);
  await loseLeases(agent);
  await sweepCommands(fleet.parts);
  expect(await stateOf(running!.id)).toBe("EXPIRED");
});

test("cancelling: at once in the queue, a request in the agent's hand, refused at the end", async () => {
  const agent = await fleet.enrol();
  const { ids: queued } = await scan(agent);
  expect(await cancelCommands(fleet.parts, alice, [`cmd_${queued[0]}`])).toEqual({ ids: queued, errors: [] });
  expect(await stateOf(queued[0]!)).toBe("CANCELLED");
  await scan(agent);
  const [command] = await claimCommands(fleet.parts, agent.caller, 10);
  for (let round = 0; round < 2; round += 1) {
    const { ids } = await cancelCommands(fleet.parts, alice, [`cmd_${command!.id}`]);
    expect(ids).toEqual([command!.id]);
  }
  const begun = { commandId: `cmd_${command!.id}`, attempt: 1, lines: [] };
  const told = await reportProgress(fleet.parts, agent.caller, begun, silent);
  expect(told.isCancelRequested).toBe(true);
  await reportResult(fleet.parts, agent.caller, resultOf(command!));
  const { errors } = await cancelCommands(fleet.parts, alice, [`cmd_${command!.id}`, "cmd_nonsense"]);
  expect(errors).toMatchObject([{ code: "NOT_FOUND" }, { reason: "COMMAND_HAS_ENDED" }]);
});

test("what was handed over once is not called cancelled while nobody knows whether it began", async () => {
  const agent = await fleet.enrol();
  const { ids } = await scan(agent);
  await claimCommands(fleet.parts, agent.caller, 10);
  await loseLeases(agent);
  await sweepCommands(fleet.parts);
  await cancelCommands(fleet.parts, alice, [`cmd_${ids[0]}`]);
  expect(await stateOf(ids[0]!)).toBe("QUEUED");
  const [again] = await claimCommands(fleet.parts, agent.caller, 10);
  expect(again).toMatchObject({ id: ids[0], attempt: 2, isCancelRequested: true });
});

test("state equals its replay after all of this", async () => {
  expect(await fleet.differences()).toEqual([]);
});
