import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentCaller } from "../access/caller.js";
import { commandEvents } from "../commands/project-commands.js";
import type { CommandPayload } from "../commands/commands.events.js";
import {
  alice,
  createInventory,
  itemOf,
  reportOf,
  restartOf,
  type Inventory,
} from "../scans/testing/inventory.js";
import type { PendingRestartInput } from "../scans/scans.inputs.js";
import { approveUpdates } from "./approve-updates.js";

let inventory: Inventory;
beforeAll(async () => {
  inventory = await createInventory();
});
afterAll(() => inventory[Symbol.asyncDispose]());

/** An agent with an approved update of curl and a pending one of bash, and an install of curl under way. */
async function installing() {
  const { caller } = await inventory.enrol();
  await inventory.report(caller, 1, { items: [itemOf("curl"), itemOf("bash")] });
  const rows = await inventory.updates<{ id: string; name: string }>(caller.id, "id, name");
  const curl = rows.find(({ name }) => name === "curl")!.id;
  await approveUpdates(inventory.parts, alice, { ids: [`upd_${curl}`] });
  const about = {
    commandId: uuidv7(),
    type: "INSTALL" as const,
    source: "apt",
    planId: null,
    updateIds: [curl],
  };
  await inventory.append(caller.id, [commandEvents.of("command.started", { ...about, attempt: 1 })]);
  const finish = (more: Partial<CommandPayload<"command.finished">>) =>
    inventory.append(caller.id, [
      commandEvents.of("command.finished", {
        ...about,
        attempt: 1,
        state: "SUCCEEDED",
        failure: null,
        restart: null,
        items: [],
        updates: [{ updateId: curl, outcome: "SUCCEEDED", failure: null }],
        agentStartedAt: null,
        agentFinishedAt: reportOf(2).finishedAt.toISOString(),
        ...more,
      }),
    ]);
  return { caller, curl, about, finish };
}

const look = (agent: AgentCaller) =>
  inventory.updates<{ name: string; state: string }>(agent.id, "name, state, failure_code, closed_reason");
const digestOf = async (agent: AgentCaller) => {
  const [row] = await inventory.database.query<{ digest: string | null }>(
    "select digest from coverage where agent_id = $1",
    [agent.id],
  );
  return row?.digest;
};
const curlIs = (state: string, more: object = {}) =>
  expect.arrayContaining([expect.objectContaining({ name: "curl", state, ...more })]);

test("an install that succeeded is proved by the next complete scan, and asks for that scan's report", async () => {
  const { caller, finish } = await installing();
  expect(await look(caller)).toEqual(curlIs("INSTALLING"));
  await finish({});
  expect(await look(caller)).toEqual(curlIs("INSTALLED"));
  expect(await digestOf(caller)).toBeNull();
  await inventory.report(caller, 3, { items: [itemOf("bash")] });
  expect(await look(caller)).toEqual(curlIs("VERIFIED"));
  expect(await digestOf(caller)).not.toBeNull();
  expect(await inventory.differences()).toEqual([]);
});

test("what a restart is pending for is told so, counted, and proved when the restart has happened", async () => {
  const { caller, finish } = await installing();
  await finish({});
  const report = (number: number, pendingRestarts: PendingRestartInput[] | null) =>
    inventory.report(caller, number, {
      items: [itemOf("bash")],
      installed: number === 3 ? [{ key: "curl:amd64", version: "2" }] : [],
      pendingRestarts,
    });
  const countsOf = () =>
    inventory.database.query(
      "select total, restart_needed as waiting from agent_update_counts where agent_id = $1",
      [caller.id],
    );
  await report(3, [restartOf("curl"), restartOf("vim")]);
  expect(await look(caller)).toEqual(curlIs("RESTART_NEEDED"));
  expect(await digestOf(caller)).not.toBeNull();
  expect(await countsOf()).toEqual([{ total: 2, waiting: 1 }]);
  await report(4, null);
  expect(await look(caller)).toEqual(curlIs("RESTART_NEEDED"));
  await report(5, [restartOf("vim")]);
  expect(await look(caller)).toEqual(curlIs("VERIFIED"));
  expect(await countsOf()).toEqual([{ total: 1, waiting: 0 }]);
  expect(await inventory.differences()).toEqual([]);
});

test("C23 a machine that says it installed and names the old version has failed, whatever it lists", async () => {
  const { caller, finish } = await installing();
  await finish({});
  const installed = [{ key: "curl:amd64", version: "1" }];
  await inventory.report(caller, 3, { items: [itemOf("bash")], installed, pendingRestarts: [] });
  expect(await look(caller)).toEqual(curlIs("FAILED", { failure_code: "NOT_INSTALLED" }));
});

test("C23 a machine that says it installed and still lists the update has failed", async () => {
  const { caller, curl, finish } = await installing();
  await finish({});
  await inventory.report(caller, 3, { items: [itemOf("curl"), itemOf("bash")] });
  expect(await look(caller)).toEqual(curlIs("FAILED", { failure_code: "STILL_LISTED" }));
  expect((await approveUpdates(inventory.parts, alice, { ids: [`upd_${curl}`] })).errors).toEqual([]);
  expect(await look(caller)).toEqual(curlIs("APPROVED", { failure_code: null }));
});

test("a scan that began before the install ended neither proves nor contradicts it", async () => {
  const { caller, finish } = await installing();
  await finish({ agentFinishedAt: reportOf(4).startedAt.toISOString() });
  await inventory.report(caller, 3, { items: [itemOf("bash")] });
  expect(await look(caller)).toEqual(curlIs("INSTALLED"));
  expect(await digestOf(caller)).toBeNull();
});

test("a report that came while the install ran is judged again when the install has ended", async () => {
  const { caller, curl, finish } = await installing();
  const items = [itemOf("curl", "3"), itemOf("bash")];
  const scanId = await inventory.report(caller, 2, { items });
  expect(await look(caller)).toEqual(curlIs("INSTALLING"));
  expect(await digestOf(caller)).toBeNull();
  const failure = { code: "PLAN_STALE", message: "There is a newer candidate." };
  await finish({ state: "FAILED", failure, updates: [{ updateId: curl, outcome: "FAILED", failure }] });
  expect(await inventory.report(caller, 2, { items })).toBe(scanId);
  expect(await look(caller)).toEqual(curlIs("CLOSED", { closed_reason: "SUPERSEDED" }));
  expect(await look(caller)).toEqual(curlIs("PENDING"));
  expect(await digestOf(caller)).not.toBeNull();
  expect(await inventory.differences()).toEqual([]);
});

test("a cancelled install leaves the approval; one that something stood in the way of has failed", async () => {
  const cancelled = await installing();
  await cancelled.finish({
    state: "CANCELLED",
    updates: [{ updateId: cancelled.curl, outcome: "SKIPPED", failure: null }],
  });
  expect(await look(cancelled.caller)).toEqual(curlIs("APPROVED"));
  const blocked = await installing();
  const failure = { code: "LOCKED", message: "Another package manager runs." };
  await blocked.finish({
    state: "FAILED",
    failure,
    updates: [{ updateId: blocked.curl, outcome: "SKIPPED", failure }],
  });
  expect(await look(blocked.caller)).toEqual(curlIs("FAILED", { failure_code: "LOCKED" }));
});

test("an install that nobody heard the end of has failed, and a later scan says what is true", async () => {
  const { caller, curl, about } = await installing();
  const failure = { code: "NOT_REPORTED", message: "Nobody knows." };
  await inventory.append(caller.id, [
    commandEvents.of("command.expired", {
      ...about,
      attempt: 1,
      failure,
      updates: [{ updateId: curl, outcome: "FAILED", failure }],
    }),
  ]);
  expect(await look(caller)).toEqual(curlIs("FAILED", { failure_code: "NOT_REPORTED" }));
  const installed = [{ key: "curl:amd64", version: "2" }];
  await inventory.report(caller, 2, { items: [itemOf("bash")], installed });
  expect(await look(caller)).toEqual(curlIs("CLOSED", { closed_reason: "INSTALLED_ELSEWHERE" }));
});

test("an update that the transaction brought along is installed, too", async () => {
  const { caller, finish } = await installing();
  const item = { name: "bash", architecture: "amd64", fromVersion: "1", toVersion: "2", message: null };
  await finish({ items: [{ ...item, key: "bash:amd64", outcome: "SUCCEEDED" }] });
  expect((await look(caller)).map(({ state }) => state)).toEqual(["INSTALLED", "INSTALLED"]);
  expect(await inventory.differences()).toEqual([]);
});
