import { afterAll, beforeAll, expect, test } from "vitest";
import { agentEvents } from "../agents/project-agents.js";
import { cancelCommands } from "../commands/cancel-commands.js";
import { claimCommands } from "../commands/claim-commands.js";
import { reportProgress } from "../commands/report-progress.js";
import { reportResult } from "../commands/report-result.js";
import { sweepCommands } from "../commands/sweep-commands.js";
import { approve, planOf, readyPlan, resultOf } from "../commands/testing/agent-words.js";
import { alice, createFleet, type EnrolledAgent, type Fleet } from "../commands/testing/fleet.js";
import { updateEvents } from "../updates/project-updates.js";
import { installPlans } from "./install-plans.js";
import { planUpdates } from "./plan-updates.js";
import { findPlans } from "./plans.sql.js";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await createFleet();
});
afterAll(() => fleet.drop());

const install = (ids: readonly string[], more: { acceptRemovals?: boolean; dryRun?: boolean } = {}) =>
  installPlans(fleet.parts, alice, { ids, acceptRemovals: false, dryRun: false, ...more });
const idOf = (agent: EnrolledAgent, name: string) => `upd_${agent.updates.get(name)}`;
const stateOf = async (plan: string) => (await findPlans(fleet.database, [plan.slice(5)]))[0]?.state;
const updateState = async (agent: EnrolledAgent, name: string) => {
  const [row] = await fleet.database.query("select state, failure_code from updates where id = $1", [
    agent.updates.get(name),
  ]);
  return row;
};

test("planning makes one plan per agent and asks exactly for the candidates that were seen", async () => {
  const [one, two] = [
    await fleet.enrol({ packages: ["curl", "zlib"] }),
    await fleet.enrol({ packages: ["curl"] }),
  ];
  const ids = [idOf(one, "curl"), idOf(two, "curl"), idOf(one, "zlib")];
  const { ids: plans, errors } = await planUpdates(fleet.parts, alice, { ids });
  expect([plans.length, errors]).toEqual([2, []]);
  const [command] = await claimCommands(fleet.parts, one.caller, 10);
  expect(command).toMatchObject({ type: "PLAN", planId: plans[0] });
  expect(command?.contents?.transaction).toBeNull();
  expect(command?.contents?.updates.map(({ key, candidateVersion }) => [key, candidateVersion])).toEqual([
    ["curl:amd64", "2"],
    ["zlib:amd64", "2"],
  ]);
});

test("planning refuses held, rejected and unknown updates one by one", async () => {
  const agent = await fleet.enrol({ packages: ["curl", "held", "rejected"] });
  const decide = (type: "update.held" | "update.rejected", name: string) =>
    fleet.append(
      agent.caller.id,
      [updateEvents.of(type, { updateIds: [agent.updates.get(name)!], reason: null })],
      alice,
    );
  await decide("update.held", "held");
  await decide("update.rejected", "rejected");
  const ids = ["curl", "held", "rejected"].map((name) => idOf(agent, name));
  const answer = await planUpdates(fleet.parts, alice, { ids: [...ids, "upd_x"] });
  expect(answer.ids).toHaveLength(1);
  expect(answer.errors).toMatchObject([
    { code: "NOT_FOUND" },
    { reason: "UPDATE_IS_HELD", path: ["input", "ids", "1"] },
    { reason: "UPDATE_IS_REJECTED", path: ["input", "ids", "2"] },
  ]);
  const many = Array.from({ length: 201 }, () => ids[0]!);
  await expect(planUpdates(fleet.parts, alice, { ids: many })).rejects.toMatchObject({ limit: 200 });
});

test("a plan that is not the one asked for fails, whoever resolved it", async () => {
  const agent = await fleet.enrol({ packages: ["curl", "zlib"] });
  const other = planOf(["zlib"]);
  const plan = await readyPlan(fleet, agent, ["curl"], { items: other.items });
  expect(await stateOf(plan)).toBe("FAILED");
  const [row] = await fleet.database.query("select failure_code, failure_message from plans where id = $1", [
    plan.slice(5),
  ]);
  expect(row).toMatchObject({
    failure_code: "PLAN_MISMATCH",
    failure_message: expect.stringContaining("nobody asked for zlib:amd64"),
  });
  await approve(fleet, agent, ["curl"]);
  expect((await install([plan])).ids).toEqual([]);
});

test("an install that a retired agent lost midway leaves its update failed", async () => {
  const agent = await fleet.enrol({ packages: ["curl", "zlib"] });
  const plan = await readyPlan(fleet, agent, ["curl"]);
  await approve(fleet, agent, ["curl", "zlib"]);
  await install([plan]);
  const [command] = await claimCommands(fleet.parts, agent.caller, 10);
  const { id, attempt } = command!;
  await reportProgress(fleet.parts, agent.caller, { commandId: `cmd_${id}`, attempt, lines: [] }, () => {});
  await fleet.database.query("update command_leases set expires_at = now() where agent_id = $1", [
    agent.caller.id,
  ]);
  await sweepCommands(fleet.parts);
  expect(await updateState(agent, "curl")).toMatchObject({ state: "INSTALLING" });
  await fleet.append(agent.caller.id, [agentEvents.of("agent.retired", {})]);
  expect(await updateState(agent, "curl")).toEqual({ state: "FAILED", failure_code: "AGENT_RETIRED" });
  expect(await updateState(agent, "zlib")).toEqual({ state: "APPROVED", failure_code: null });
  expect(await fleet.differences()).toEqual([]);
});

test("the main way: plan, approve, install exactly what was shown, item by item", async () => {
  const agent = await fleet.enrol({ packages: ["curl", "zlib"] });
  const plan = await readyPlan(fleet, agent, ["curl", "zlib"]);
  expect(await stateOf(plan)).toBe("READY");
  expect(await install([plan])).toMatchObject({ ids: [], errors: [{ reason: "UPDATE_IS_NOT_APPROVED" }] });
  await approve(fleet, agent, ["curl", "zlib"]);
  expect(await install([plan], { dryRun: true })).toEqual({ ids: [], errors: [] });
  expect(await stateOf(plan)).toBe("READY");
  const { ids } = await install([plan]);
  expect(await stateOf(plan)).toBe("STARTED");
  const [command] = await claimCommands(fleet.parts, agent.caller, 10);
  expect(command).toMatchObject({ id: ids[0], type: "INSTALL" });
  expect(command?.contents?.transaction).toMatchObject({
    id: plan.slice(5),
    digest: "ab".repeat(32),
    token: "note",
    items: [
      { key: "curl:amd64", fromVersion: "1", toVersion: "2" },
      { key: "zlib:amd64", fromVersion: "1", toVersion: "2" },
    ],
  });
  const item = (name: string, outcome: "SUCCEEDED" | "FAILED") => ({
    key: `${name}:amd64`,
    name,
    outcome,
    toVersion: outcome === "SUCCEEDED" ? "2" : "1",
    message: outcome === "SUCCEEDED" ? null : "dpkg failed",
  });
  const failure = { code: "COMMAND_FAILED", message: "1 of 2 failed." };
  const items = [item("curl", "SUCCEEDED"), item("zlib", "FAILED")];
  const result = resultOf(command!, { state: "PARTIALLY_SUCCEEDED", failure, items, receipt: "{}" });
  await reportResult(fleet.parts, agent.caller, result);
  expect(await updateState(agent, "curl")).toEqual({ state: "INSTALLED", failure_code: null });
  expect(await updateState(agent, "zlib")).toEqual({ state: "FAILED", failure_code: "COMMAND_FAILED" });
  const [started] = await fleet.database.query("select started_by, started_digest from plans where id = $1", [
    plan.slice(5),
  ]);
  expect(started).toEqual({ started_by: "alice", started_digest: "ab".repeat(32) });
});

test("a held package is not changed along with others, neither upgraded nor removed", async () => {
  for (const along of ["alsoInstalls", "alsoRemoves"] as const) {
    const agent = await fleet.enrol({ packages: ["curl", "held"] });
    const held = { key: "held:amd64", name: "held", fromVersion: "1", toVersion: "2" };
    const plan = await readyPlan(fleet, agent, ["curl"], { [along]: [held] });
    await approve(fleet, agent, ["curl"]);
    const updateIds = [agent.updates.get("held")!];
    await fleet.append(agent.caller.id, [updateEvents.of("update.held", { updateIds, reason: null })], alice);
    const { ids, errors } = await install([plan], { acceptRemovals: true });
    expect([ids, errors]).toMatchObject([[], [{ reason: "UPDATE_IS_HELD" }]]);
    expect(errors[0]?.message).toContain("held");
    await fleet.append(agent.caller.id, [updateEvents.of("update.released", { updateIds })], alice);
    expect((await install([plan], { acceptRemovals: true })).ids).toHaveLength(1);
  }
});

test("a plan is started once, however many ask at once", async () => {
  const agent = await fleet.enrol({ packages: ["curl"] });
  const plan = await readyPlan(fleet, agent, ["curl"]);
  await approve(fleet, agent, ["curl"]);
  const answers = await Promise.all(Array.from({ length: 5 }, () => install([plan])));
  expect(answers.flatMap(({ ids }) => ids)).toHaveLength(1);
  const refused = answers.flatMap(({ errors }) => errors);
  expect(refused).toHaveLength(4);
  expect(refused[0]).toMatchObject({ reason: "PLAN_IS_STARTED" });
});

test("installing refuses removals, blockers, expired plans and agents without the rights", async () => {
  const packages = ["curl"];
  const removal = { key: "old:amd64", name: "old", fromVersion: "1" };
  const cases = [
    {
      agent: await fleet.enrol({ packages }),
      plan: { alsoRemoves: [removal] },
      reason: "REMOVALS_NOT_ACCEPTED",
    },
    {
      agent: await fleet.enrol({ packages }),
      plan: { blockers: [{ code: "LOCKED", message: "apt is busy." }] },
      reason: "PLAN_IS_BLOCKED",
    },
    { agent: await fleet.enrol({ packages }), plan: { expiresAt: new Date(0) }, reason: "PLAN_IS_EXPIRED" },
    { agent: await fleet.enrol({ packages, canInstall: false }), plan: {}, reason: "AGENT_CANNOT_INSTALL" },
  ];
  for (const { agent, plan, reason } of cases) {
    const id = await readyPlan(fleet, agent, packages, plan);
    await approve(fleet, agent, packages);
    expect(await install([id])).toMatchObject({ ids: [], errors: [{ reason, path: ["input", "ids", "0"] }] });
    if (reason === "REMOVALS_NOT_ACCEPTED") {
      expect((await install([id], { acceptRemovals: true })).ids).toHaveLength(1);
    }
  }
});

test("two plans with one update are not both started", async () => {
  const agent = await fleet.enrol({ packages: ["curl"] });
  const plans = [await readyPlan(fleet, agent, ["curl"]), await readyPlan(fleet, agent, ["curl"])];
  await approve(fleet, agent, ["curl"]);
  const { ids, errors } = await install(plans);
  expect(ids).toHaveLength(1);
  expect(errors).toMatchObject([{ reason: "UPDATE_IS_BEING_INSTALLED", path: ["input", "ids", "1"] }]);
});

test("a plan that cannot be resolved, is cancelled or is never taken has failed and says why", async () => {
  const agent = await fleet.enrol({ packages: ["curl"] });
  const ask = async () => (await planUpdates(fleet.parts, alice, { ids: [idOf(agent, "curl")] })).ids[0]!;
  const failureOf = async (id: string) =>
    (await fleet.database.query("select state, failure_code as code from plans where id = $1", [id]))[0];
  const refused = await ask();
  const [command] = await claimCommands(fleet.parts, agent.caller, 10);
  const failure = { code: "LOCKED", message: "apt is busy." };
  await reportResult(fleet.parts, agent.caller, resultOf(command!, { state: "FAILED", failure }));
  expect(await failureOf(refused)).toEqual({ state: "FAILED", code: "LOCKED" });
  const cancelled = await ask();
  const [queued] = await fleet.database.query<{ id: string }>("select id from commands where plan_id = $1", [
    cancelled,
  ]);
  await cancelCommands(fleet.parts, alice, [`cmd_${queued?.id}`]);
  expect(await failureOf(cancelled)).toEqual({ state: "FAILED", code: "CANCELLED" });
  const forgotten = await ask();
  await fleet.database.query("update commands set deadline_at = now() where plan_id = $1", [forgotten]);
  await sweepCommands(fleet.parts);
  expect(await failureOf(forgotten)).toEqual({ state: "FAILED", code: "NOT_TAKEN" });
});

test("an agent's wrong clock neither shortens nor lengthens how long its plan is valid", async () => {
  const agent = await fleet.enrol({ packages: ["curl"] });
  const wrong = new Date(Date.now() - 86_400_000);
  await planUpdates(fleet.parts, alice, { ids: [idOf(agent, "curl")] });
  const [command] = await claimCommands(fleet.parts, agent.caller, 10);
  const plan = planOf(["curl"], { expiresAt: new Date(wrong.getTime() + 1_800_000) });
  await reportResult(fleet.parts, agent.caller, resultOf(command!, { finishedAt: wrong, plan }));
  const [row] = await fleet.database.query<{ seconds: number }>(
    `select round(extract(epoch from expires_at - now()) / 60)::int as seconds from plans where id = $1`,
    [command!.planId],
  );
  expect(row?.seconds).toBe(30);
});

test("state equals its replay after all of this", async () => {
  // Two rows were pushed past their deadline behind the log's back to play the passing of time.
  const differences = await fleet.differences();
  expect(differences).toEqual([]);
});
