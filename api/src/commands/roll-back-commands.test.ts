import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPlans } from "../plans/install-plans.js";
import { readReport } from "../scans/read-report.js";
import { recordScan } from "../scans/record-scan.js";
import { itemOf, reportOf } from "../scans/testing/inventory.js";
import { updateEvents } from "../updates/project-updates.js";
import { claimCommands, type ClaimedCommand } from "./claim-commands.js";
import type { PlannedReversibility } from "./plans-of-commands.js";
import type { ItemInput, ResultInput } from "./read-result.js";
import { reportResult } from "./report-result.js";
import { rollBackCommands } from "./roll-back-commands.js";
import { sweepCommands } from "./sweep-commands.js";
import { approve, readyPlan, resultOf } from "./testing/agent-words.js";
import { alice, createFleet, type EnrolledAgent, type Fleet } from "./testing/fleet.js";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await createFleet();
});
afterAll(() => fleet.drop());

const REVERSIBLE: PlannedReversibility = { level: "REVERSIBLE", reasons: [] };

const went = (name: string, fromVersion: string, toVersion: string): ItemInput => ({
  key: `${name}:amd64`,
  name,
  outcome: fromVersion === toVersion ? "SKIPPED" : "SUCCEEDED",
  fromVersion,
  toVersion,
});

/** Takes the one command that waits and tells how it ended. */
async function carryOut(agent: EnrolledAgent, more: Partial<ResultInput>): Promise<ClaimedCommand> {
  const [command] = await claimCommands(fleet.parts, agent.caller, 1);
  if (!command) throw new Error("Nothing waits.");
  await reportResult(fleet.parts, agent.caller, resultOf(command, more));
  return command;
}

/** Has packages installed at version 2 and answers with the INSTALL command's global id. */
async function install(
  agent: EnrolledAgent,
  packages: readonly string[],
  reversibility: PlannedReversibility | null = REVERSIBLE,
): Promise<string> {
  const plan = await readyPlan(fleet, agent, packages, { reversibility });
  await approve(fleet, agent, packages);
  const request = { ids: [plan], acceptRemovals: false, dryRun: false };
  const { ids } = await installPlans(fleet.parts, alice, request);
  await carryOut(agent, { items: packages.map((name) => went(name, "1", "2")) });
  return `cmd_${ids[0]}`;
}

const rollBack = (id: string, more: Partial<Parameters<typeof rollBackCommands>[2]> = {}) =>
  rollBackCommands(fleet.parts, alice, { ids: [id], acceptPartly: false, dryRun: false, ...more });

const reasonOf = async (...parameters: Parameters<typeof rollBack>): Promise<string | undefined> => {
  const { ids, errors } = await rollBack(...parameters);
  expect(ids).toEqual([]);
  return errors[0]?.reason;
};

async function states(agent: EnrolledAgent): Promise<Record<string, string>> {
  const rows = await fleet.database.query<{ name: string; version: string; state: string }>(
    `select name, candidate_version as version, state from updates where agent_id = $1`,
    [agent.caller.id],
  );
  return Object.fromEntries(rows.map(({ name, version, state }) => [`${name} ${version}`, state]));
}

let scans = 1;
/** A scan that begins now. */
async function scan(agent: EnrolledAgent, listing: Readonly<Record<string, string>>): Promise<void> {
  scans += 1;
  const items = Object.entries(listing).map(([name, candidate]) => itemOf(name, candidate));
  const startedAt = new Date(Date.now() + scans * 1_000);
  const report = reportOf(scans, { items, startedAt, finishedAt: new Date(startedAt.getTime() + 500) });
  await recordScan(fleet.parts, agent.caller, readReport(report));
}

test("a rollback names the install and no version; what went back is offered again, proved by the next scan", async () => {
  const agent = await fleet.enrol({ packages: ["curl", "bash"] });
  const id = await install(agent, ["curl", "bash"]);
  await scan(agent, {});
  expect(await states(agent)).toEqual({ "curl 2": "VERIFIED", "bash 2": "VERIFIED" });
  const { ids, errors } = await rollBack(id);
  expect(errors).toEqual([]);
  const claimed = await carryOut(agent, {
    state: "PARTIALLY_SUCCEEDED",
    failure: { code: "COMMAND_FAILED", message: "bash stayed." },
    items: [went("curl", "2", "1"), went("bash", "2", "2")],
  });
  expect(claimed).toMatchObject({ id: ids[0], type: "ROLLBACK", planId: null, contents: null });
  expect(`cmd_${claimed.rollsBack}`).toBe(id);
  expect(await states(agent)).toEqual({ "curl 2": "ROLLED_BACK", "bash 2": "VERIFIED" });
  await scan(agent, { curl: "2" });
  expect(await states(agent)).toEqual({ "curl 2": "ROLLED_BACK", "bash 2": "VERIFIED" });
  const proved = "select verified_at is not null as proved from updates where id = $1";
  expect(await fleet.database.query(proved, [agent.updates.get("curl")])).toEqual([{ proved: true }]);
  await scan(agent, { curl: "3" });
  expect(await states(agent)).toMatchObject({ "curl 2": "CLOSED", "curl 3": "PENDING" });
  expect(await fleet.differences()).toEqual([]);
});

test("what was rolled back can be approved, installed and rolled back once more", async () => {
  const agent = await fleet.enrol({ packages: ["curl"] });
  const first = await install(agent, ["curl"]);
  await rollBack(first);
  await carryOut(agent, { items: [went("curl", "2", "1")] });
  expect(await reasonOf(first)).toBe("ALREADY_ROLLED_BACK");
  const second = await install(agent, ["curl"]);
  expect(await states(agent)).toEqual({ "curl 2": "INSTALLED" });
  await rollBack(second);
  await carryOut(agent, { items: [went("curl", "2", "1")] });
  expect(await states(agent)).toEqual({ "curl 2": "ROLLED_BACK" });
});

test("a scan that is told before the rollback's end does not make the candidate pending", async () => {
  const agent = await fleet.enrol({ packages: ["curl", "bash"] });
  const id = await install(agent, ["curl", "bash"]);
  await scan(agent, {});
  await rollBack(id);
  const [command] = await claimCommands(fleet.parts, agent.caller, 1);
  await scan(agent, { curl: "2", bash: "3" });
  const items = [went("curl", "2", "1"), went("bash", "2", "1")];
  await reportResult(fleet.parts, agent.caller, resultOf(command!, { items }));
  const rows = await fleet.database.query(
    "select name, candidate_version as version, state from updates where agent_id = $1 and is_open order by name",
    [agent.caller.id],
  );
  expect(rows).toEqual([
    { name: "bash", version: "3", state: "PENDING" },
    { name: "curl", version: "2", state: "ROLLED_BACK" },
  ]);
  expect(await states(agent)).toMatchObject({ "bash 2": "CLOSED" });
  expect(await fleet.differences()).toEqual([]);
});

test("an install that a later one built upon goes back after that one", async () => {
  const agent = await fleet.enrol({ packages: ["curl", "bash"] });
  const first = await install(agent, ["curl"]);
  await scan(agent, { curl: "3", bash: "2" });
  const rows = await fleet.database.query<{ id: string }>(
    "select id from updates where agent_id = $1 and name = 'curl' and is_open",
    [agent.caller.id],
  );
  const now = new Map([...agent.updates, ["curl", rows[0]!.id]]);
  const later = { ...agent, updates: now };
  const items = [{ key: "curl:amd64", name: "curl", fromVersion: "2", toVersion: "3" }];
  const plan = await readyPlan(fleet, later, ["curl"], { items, reversibility: REVERSIBLE });
  await approve(fleet, later, ["curl"]);
  const { ids } = await installPlans(fleet.parts, alice, {
    ids: [plan],
    acceptRemovals: false,
    dryRun: false,
  });
  expect(await reasonOf(first)).toBe("INSTALL_IN_HAND");
  await carryOut(agent, { items: [went("curl", "2", "3")] });
  const { errors } = await rollBack(first);
  expect(errors).toMatchObject([{ reason: "CHANGED_BY_LATER_INSTALL" }]);
  expect(errors[0]?.message).toContain(`curl again. Roll that one back first: cmd_${ids[0]}.`);
  expect((await rollBack(`cmd_${ids[0]}`)).errors).toEqual([]);
  expect(await reasonOf(`cmd_${ids[0]}`)).toBe("ROLLBACK_IN_HAND");
  await carryOut(agent, { items: [went("curl", "3", "2")] });
  expect((await rollBack(first)).errors).toEqual([]);
});

test("what cannot be taken back is refused, what can in part or who knows how far only when that is accepted", async () => {
  const agent = await fleet.enrol({ packages: ["a", "b", "c"] });
  const not = await install(agent, ["a"], { level: "NOT", reasons: ["The old version is gone."] });
  expect(await reasonOf(not, { acceptPartly: true })).toBe("NOT_REVERSIBLE");
  expect((await rollBack(not)).errors[0]?.message).toContain("The old version is gone.");
  const partly = await install(agent, ["b"], { level: "PARTLY", reasons: ["Its data stays new."] });
  expect((await rollBack(partly)).errors[0]?.message).toContain("Its data stays new.");
  expect(await reasonOf(partly)).toBe("PARTLY_NOT_ACCEPTED");
  const unknown = await install(agent, ["c"], null);
  expect(await reasonOf(unknown)).toBe("PARTLY_NOT_ACCEPTED");
  const both = { ids: [partly, unknown], acceptPartly: true, dryRun: true };
  expect(await rollBackCommands(fleet.parts, alice, both)).toEqual({ ids: [], errors: [] });
  expect((await rollBackCommands(fleet.parts, alice, { ...both, dryRun: false })).ids).toHaveLength(2);
});

test("only an ended install that changed something is rolled back, on an agent in service, without holds, once per key", async () => {
  const agent = await fleet.enrol({ packages: ["a", "b", "c"] });
  expect((await rollBack(`cmd_${uuidv7()}`)).errors[0]?.code).toBe("NOT_FOUND");
  const plan = await readyPlan(fleet, agent, ["a"]);
  const [planCommand] = await fleet.database.query<{ id: string }>(
    "select id from commands where agent_id = $1",
    [agent.caller.id],
  );
  expect(await reasonOf(`cmd_${planCommand!.id}`)).toBe("COMMAND_IS_NOT_AN_INSTALL");
  await approve(fleet, agent, ["a"]);
  const { ids } = await installPlans(fleet.parts, alice, {
    ids: [plan],
    acceptRemovals: false,
    dryRun: false,
  });
  expect(await reasonOf(`cmd_${ids[0]}`)).toBe("COMMAND_HAS_NOT_ENDED");
  const failure = { code: "LOCKED", message: "apt is busy." };
  await carryOut(agent, { state: "FAILED", failure, items: [went("a", "1", "1")] });
  expect(await reasonOf(`cmd_${ids[0]}`)).toBe("NOTHING_WAS_CHANGED");
  const id = await install(agent, ["b", "c"]);
  const held = { updateIds: [agent.updates.get("c")!] };
  await fleet.append(agent.caller.id, [updateEvents.of("update.held", { ...held, reason: null })]);
  expect(await reasonOf(id)).toBe("UPDATE_IS_HELD");
  await fleet.append(agent.caller.id, [updateEvents.of("update.released", held)]);
  const once = { idempotencyKey: "once" };
  const { ids: started } = await rollBack(id, once);
  expect((await rollBack(id, once)).ids).toEqual(started);
  expect(await reasonOf(id)).toBe("ROLLBACK_IN_HAND");
});

test("a package that is held between the click and the hand-over keeps a rollback from being handed over", async () => {
  const agent = await fleet.enrol({ packages: ["curl", "bash"] });
  const id = await install(agent, ["curl", "bash"]);
  const [first] = (await rollBack(id)).ids;
  const held = { updateIds: [agent.updates.get("bash")!] };
  await fleet.append(agent.caller.id, [updateEvents.of("update.held", { ...held, reason: null })]);
  expect(await claimCommands(fleet.parts, agent.caller, 10)).toEqual([]);
  const rows = await fleet.database.query(
    "select state, failure_code as code, failure_message as message from commands where id = $1",
    [first],
  );
  const message = "bash is held since the rollback was started. Release it, then roll back again.";
  expect(rows).toEqual([{ state: "FAILED", code: "UPDATE_IS_HELD", message }]);
  expect(await states(agent)).toEqual({ "curl 2": "INSTALLED", "bash 2": "INSTALLED" });
  await fleet.append(agent.caller.id, [updateEvents.of("update.released", held)]);
  const [second] = (await rollBack(id)).ids;
  expect(await claimCommands(fleet.parts, agent.caller, 10)).toMatchObject([{ id: second, attempt: 1 }]);
  // It may have begun, so it goes back to the agent whatever is held by now.
  await fleet.append(agent.caller.id, [updateEvents.of("update.held", { ...held, reason: null })]);
  await fleet.database.query("delete from command_leases where command_id = $1", [second]);
  await sweepCommands(fleet.parts);
  expect(await claimCommands(fleet.parts, agent.caller, 10)).toMatchObject([{ id: second, attempt: 2 }]);
  expect(await fleet.differences()).toEqual([]);
});

test("C8 a rollback waits at most an hour, and one that may have begun until its agent says what came of it", async () => {
  const agent = await fleet.enrol({ packages: ["a"] });
  await rollBack(await install(agent, ["a"]));
  const [queued] = await fleet.database.query<{ seconds: number }>(
    `select extract(epoch from deadline_at - requested_at)::float8 as seconds from commands
     where agent_id = $1 and type = 'ROLLBACK'`,
    [agent.caller.id],
  );
  expect(queued!.seconds).toBeCloseTo(3600, -1);
  expect(await claimCommands(fleet.parts, agent.caller, 1)).toHaveLength(1);
  expect(await states(agent)).toEqual({ "a 2": "INSTALLED" });
});
