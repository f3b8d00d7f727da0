import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentCaller } from "../access/caller.js";
import { cancelCommands } from "../commands/cancel-commands.js";
import { claimCommands, type ClaimedCommand } from "../commands/claim-commands.js";
import type { CommandParts } from "../commands/command-parts.js";
import type { ItemInput, ResultInput } from "../commands/read-result.js";
import { reportResult } from "../commands/report-result.js";
import { resultOf } from "../commands/testing/agent-words.js";
import { plansOfCommands } from "../plans/settle-plan.js";
import { alice, bob, createInventory, itemOf, type Inventory } from "../scans/testing/inventory.js";
import type { ScanItemInput } from "../scans/scans.inputs.js";
import { approveUpdates } from "./approve-updates.js";
import { holdUpdates } from "./hold-updates.js";
import { releaseUpdates } from "./release-updates.js";

let inventory: Inventory;
let parts: CommandParts;
beforeAll(async () => {
  inventory = await createInventory();
  parts = { ...inventory.parts, plans: plansOfCommands };
});
afterAll(() => inventory[Symbol.asyncDispose]());

/** A machine with these pending updates; ids are global, in the order of the items. */
async function machineWith(...items: ScanItemInput[]): Promise<{ caller: AgentCaller; ids: string[] }> {
  const { caller } = await inventory.enrol();
  await inventory.report(caller, 1, { items });
  const rows = await inventory.updates<{ id: string; key: string }>(caller.id, "id, key");
  const byKey = new Map(rows.map(({ id, key }) => [key, `upd_${id}`]));
  return { caller, ids: items.map(({ key }) => byKey.get(key) ?? "") };
}

const claim = (caller: AgentCaller) => claimCommands(parts, caller, 10);

/** Ends a command; every package ends alike. */
async function end(
  caller: AgentCaller,
  command: ClaimedCommand | undefined,
  outcome: ItemInput["outcome"] = "SUCCEEDED",
  more: Partial<ResultInput> = {},
): Promise<void> {
  if (!command) throw new Error("There is no command.");
  const isDone = outcome === "SUCCEEDED";
  const failure = { code: "PERMISSION_DENIED", message: "Holding packages needs root." };
  const items = command.keys.map((key) => ({ key, name: key, outcome }));
  const told = { state: isDone ? "SUCCEEDED" : "FAILED", items, ...(isDone ? {} : { failure }), ...more };
  await reportResult(parts, caller, resultOf(command, told));
}

const commandsOf = (caller: AgentCaller) =>
  inventory.database.query<{ type: string; state: string; keys: string[] }>(
    "select type, state, keys from commands where agent_id = $1 order by id",
    [caller.id],
  );
const places = async (caller: AgentCaller) =>
  (
    await inventory.updates<{ r: boolean; m: boolean; p: boolean }>(
      caller.id,
      "is_held_by_operator as r, is_held_by_mark as m, is_held_by_pin as p",
    )
  ).map(({ r, m, p }) => `${r ? "R" : ""}${m ? "M" : ""}${p ? "P" : ""}`);

test("a hold is carried to the machine once, and a release takes it away again", async () => {
  const { caller, ids } = await machineWith(itemOf("curl"), itemOf("bash"));
  await holdUpdates(parts, alice, { ids, reason: "audit" });
  await holdUpdates(parts, bob, { ids, reason: "another audit" });
  expect(await commandsOf(caller)).toEqual([
    { type: "HOLD", state: "QUEUED", keys: ["curl:amd64", "bash:amd64"] },
  ]);
  const [hold] = await claim(caller);
  expect(hold).toMatchObject({ type: "HOLD", source: "apt", attempt: 1, contents: null });
  expect(await places(caller)).toEqual(["R", "R"]);
  await end(caller, hold);
  expect(await places(caller)).toEqual(["RM", "RM"]);
  expect(
    await inventory.updates(caller.id, "hold_reason, hold_set_by, hold_set_at is not null as dated"),
  ).toEqual([
    { hold_reason: "another audit", hold_set_by: "bob", dated: true },
    { hold_reason: "another audit", hold_set_by: "bob", dated: true },
  ]);
  await releaseUpdates(parts, alice, { ids });
  await releaseUpdates(parts, alice, { ids });
  const [release, ...others] = await claim(caller);
  expect([release?.type, others]).toEqual(["RELEASE", []]);
  expect(await places(caller)).toEqual(["M", "M"]);
  await end(caller, release);
  expect(await places(caller)).toEqual(["", ""]);
  expect((await approveUpdates(parts, alice, { ids })).errors).toEqual([]);
});

test("a machine that cannot follow leaves the hold where it was, and holding again asks it once more", async () => {
  const { caller, ids } = await machineWith(itemOf("curl"));
  await holdUpdates(parts, alice, { ids, reason: "audit" });
  await end(caller, (await claim(caller))[0], "FAILED");
  expect(await places(caller)).toEqual(["R"]);
  expect((await approveUpdates(parts, alice, { ids })).errors).toMatchObject([{ reason: "UPDATE_IS_HELD" }]);
  await holdUpdates(parts, alice, { ids, reason: "audit" });
  expect((await commandsOf(caller)).map(({ state }) => state)).toEqual(["FAILED", "QUEUED"]);
});

test("a mark that somebody set at the machine is shown by the next scan and released from here", async () => {
  const { caller, ids } = await machineWith(itemOf("curl"));
  await inventory.report(caller, 2, { items: [itemOf("curl", "2", { isHeldByMark: true })] });
  expect(await places(caller)).toEqual(["M"]);
  expect((await approveUpdates(parts, alice, { ids })).errors).toMatchObject([{ reason: "UPDATE_IS_HELD" }]);
  await holdUpdates(parts, alice, { ids });
  expect(await commandsOf(caller)).toEqual([]);
  expect(await releaseUpdates(parts, alice, { ids })).toMatchObject({ ids: [ids[0]!.slice(4)], errors: [] });
  await end(caller, (await claim(caller))[0]);
  expect(await places(caller)).toEqual([""]);
});

test("a mark that somebody took away at the machine is told by the scan, and the hold of RedFlag stays", async () => {
  const { caller, ids } = await machineWith(itemOf("curl"));
  await holdUpdates(parts, alice, { ids });
  await end(caller, (await claim(caller))[0]);
  // The same report as before the hold, so the same digest: it is asked for all the same and believed.
  const coverage = "select digest from coverage where agent_id = $1";
  expect(await inventory.database.query(coverage, [caller.id])).toEqual([{ digest: null }]);
  await inventory.report(caller, 2, { items: [itemOf("curl")] });
  expect(await places(caller)).toEqual(["R"]);
});

test("a pin cannot be released from here, and the refusal says what to do", async () => {
  const { caller, ids } = await machineWith(
    itemOf("curl", "2", { isHeldByPin: true }),
    itemOf("bash", "2", { isHeldByPin: true, isHeldByMark: true }),
  );
  const { ids: done, errors } = await releaseUpdates(parts, alice, { ids });
  expect(done).toEqual([ids[1]!.slice(4)]);
  expect(errors).toMatchObject([
    { reason: "HELD_BY_PIN", message: expect.stringContaining("/etc/apt/preferences") },
  ]);
  const [refused] = (await approveUpdates(parts, alice, { ids: [ids[0]!] })).errors;
  expect(refused).toMatchObject({
    reason: "UPDATE_IS_HELD",
    message: expect.stringContaining("A pin on web-1"),
  });
  await end(caller, (await claim(caller))[0]);
  expect(await places(caller)).toEqual(["P", "P"]);
});

test("hold and release reach the machine in the order in which they were asked for", async () => {
  const { caller, ids } = await machineWith(itemOf("curl"));
  await holdUpdates(parts, alice, { ids });
  await releaseUpdates(parts, alice, { ids });
  await holdUpdates(parts, alice, { ids });
  const types: string[] = [];
  for (;;) {
    const [command, ...others] = await claim(caller);
    if (!command) break;
    expect(others).toEqual([]);
    types.push(command.type);
    await end(caller, command);
  }
  expect(types).toEqual(["HOLD", "RELEASE", "HOLD"]);
  expect(await places(caller)).toEqual(["RM"]);
});

test("a newer candidate is held too, by RedFlag with who and why, and through a closed one the mark is released", async () => {
  const { caller, ids } = await machineWith(itemOf("curl"));
  await holdUpdates(parts, bob, { ids, reason: "audit" });
  await end(caller, (await claim(caller))[0]);
  await inventory.report(caller, 2, { items: [itemOf("curl", "3", { isHeldByMark: true })] });
  const [, newest] = await inventory.updates(
    caller.id,
    "candidate_version, is_held_by_operator, is_held_by_mark, hold_reason, hold_set_by",
  );
  expect(newest).toEqual({
    candidate_version: "3",
    is_held_by_operator: true,
    is_held_by_mark: true,
    hold_reason: "audit",
    hold_set_by: "bob",
  });
  await inventory.report(caller, 3, { items: [] });
  await releaseUpdates(parts, alice, { ids });
  expect((await claim(caller))[0]).toMatchObject({ type: "RELEASE", keys: ["curl:amd64"] });
});

test("a package that the agent did not speak of is not held, whatever it called the whole", async () => {
  const { caller, ids } = await machineWith(itemOf("curl"), itemOf("bash"));
  await holdUpdates(parts, alice, { ids });
  const [command] = await claim(caller);
  const items: ItemInput[] = [
    { key: "curl:amd64", name: "curl", outcome: "SUCCEEDED" },
    { key: "stranger", name: "stranger", outcome: "SUCCEEDED" },
  ];
  await end(caller, command, "SUCCEEDED", { items });
  expect((await commandsOf(caller))[0]).toMatchObject({ state: "PARTIALLY_SUCCEEDED" });
  expect(await places(caller)).toEqual(["RM", "R"]);
});

test("only who may hold may call a hold's command off; then the machine does not follow", async () => {
  const { caller, ids } = await machineWith(itemOf("curl"));
  await holdUpdates(parts, alice, { ids });
  const [{ id }] = (await inventory.database.query<{ id: string }>(
    "select id from commands where agent_id = $1",
    [caller.id],
  )) as [{ id: string }];
  const planner = { ...bob, permissions: new Set(["updates:plan"] as const) };
  expect((await cancelCommands(parts, planner, [`cmd_${id}`])).errors).toMatchObject([
    { reason: "PERMISSION_REQUIRED" },
  ]);
  expect((await cancelCommands(parts, alice, [`cmd_${id}`])).ids).toEqual([id]);
  expect(await places(caller)).toEqual(["R"]);
});

test("the log alone gives the same state", async () => {
  expect(await inventory.differences()).toEqual([]);
});
