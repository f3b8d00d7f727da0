import { afterAll, beforeAll, expect, test } from "vitest";
import { claimCommands } from "../commands/claim-commands.js";
import type { PlanInput } from "../commands/read-plan.js";
import { reportResult } from "../commands/report-result.js";
import { approve, readyPlan, resultOf } from "../commands/testing/agent-words.js";
import { alice, createFleet, type EnrolledAgent, type Fleet } from "../commands/testing/fleet.js";
import { createContext } from "../schema/context.js";
import { silentLog } from "../testing/silent-log.js";
import { holdUpdates } from "../updates/hold-updates.js";
import { releaseUpdates } from "../updates/release-updates.js";
import { heldInPlans, holdBlocker } from "./held-in-plans.js";
import { installPlans } from "./install-plans.js";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await createFleet();
});
afterAll(() => fleet.drop());

const HELD = { key: "lib:amd64", name: "lib", fromVersion: "1", toVersion: "2" };
const WAYS: readonly (readonly [string, Partial<PlanInput>])[] = [
  ["comes along", { alsoInstalls: [HELD] }],
  ["would be removed", { alsoRemoves: [{ key: HELD.key, name: HELD.name, fromVersion: "1" }] }],
];

async function planned(
  more: Partial<PlanInput>,
): Promise<{ agent: EnrolledAgent; plan: string; lib: string }> {
  const agent = await fleet.enrol({ packages: ["curl", "lib"] });
  const plan = await readyPlan(fleet, agent, ["curl"], more);
  await approve(fleet, agent, ["curl"]);
  return { agent, plan, lib: `upd_${agent.updates.get("lib")}` };
}

const install = (plan: string) =>
  installPlans(fleet.parts, alice, { ids: [plan], acceptRemovals: true, dryRun: false });
const blockersOf = async (plan: string) => {
  const context = createContext({
    requestId: "test",
    caller: alice,
    database: fleet.database,
    log: silentLog,
    address: "127.0.0.1",
    signal: new AbortController().signal,
  });
  return (await context.loader(heldInPlans).load(plan.slice("plan_".length))).map(holdBlocker);
};

test.each(WAYS)(
  "a package that %s and is held meanwhile is refused at the start and shown",
  async (_, more) => {
    const { plan, lib } = await planned(more);
    expect(await blockersOf(plan)).toEqual([]);
    await holdUpdates(fleet.parts, alice, { ids: [lib], reason: "audit" });
    expect(await blockersOf(plan)).toEqual([
      {
        code: "HELD",
        message: "RedFlag holds lib (audit): release it, or plan without it and what needs it.",
      },
    ]);
    expect((await install(plan)).errors).toMatchObject([
      {
        reason: "UPDATE_IS_HELD",
        message: expect.stringMatching(/^The plan changes lib on host, which is held\./),
      },
    ]);
    await releaseUpdates(fleet.parts, alice, { ids: [lib] });
    expect(await blockersOf(plan)).toEqual([]);
    expect((await install(plan)).ids).toHaveLength(1);
  },
);

test.each(WAYS)("a package that %s and is held after the start is not handed over", async (_, more) => {
  const { agent, plan, lib } = await planned(more);
  const { ids } = await install(plan);
  await holdUpdates(fleet.parts, alice, { ids: [lib], reason: null });
  // What waited behind the install, the HOLD, is handed over in its place at once.
  const [hold, ...others] = await claimCommands(fleet.parts, agent.caller, 10);
  expect([hold?.type, hold?.keys, others]).toEqual(["HOLD", ["lib:amd64"], []]);
  const [command] = await fleet.database.query(
    "select state, failure_code, failure_message from commands where id = $1",
    [ids[0]],
  );
  expect(command).toEqual({
    state: "FAILED",
    failure_code: "UPDATE_IS_HELD",
    failure_message: "lib is held since the install was started. Release it, then plan it again.",
  });
  const states = "select name, state from updates where agent_id = $1 order by name";
  expect(await fleet.database.query(states, [agent.caller.id])).toEqual([
    { name: "curl", state: "APPROVED" },
    { name: "lib", state: "PENDING" },
  ]);
});

test("a package that only a scan called held stands in the way of the hand-over, too", async () => {
  const { agent, plan } = await planned({ alsoInstalls: [HELD] });
  await install(plan);
  await fleet.database.query(
    "update updates set is_held_by_pin = true where agent_id = $1 and name = 'lib'",
    [agent.caller.id],
  );
  expect(await claimCommands(fleet.parts, agent.caller, 10)).toEqual([]);
});

test("an install that was handed over is not taken back by a hold: only the agent knows if it began", async () => {
  const { agent, plan, lib } = await planned({ alsoInstalls: [HELD] });
  await install(plan);
  const [first] = await claimCommands(fleet.parts, agent.caller, 10);
  await holdUpdates(fleet.parts, alice, { ids: [lib], reason: null });
  expect(await claimCommands(fleet.parts, agent.caller, 10)).toEqual([]);
  const items = ["curl", "lib"].map((name) => ({
    key: `${name}:amd64`,
    name,
    outcome: "SUCCEEDED" as const,
    toVersion: "2",
  }));
  await reportResult(fleet.parts, agent.caller, resultOf(first!, { items }));
  expect((await claimCommands(fleet.parts, agent.caller, 10)).map(({ type }) => type)).toEqual(["HOLD"]);
});
