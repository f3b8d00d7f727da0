import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, test } from "vitest";
import { alice, bob, createInventory, itemOf, type Inventory } from "../scans/testing/inventory.js";
import { approveUpdates } from "./approve-updates.js";
import { holdUpdates } from "./hold-updates.js";
import { rejectUpdates } from "./reject-updates.js";
import { releaseUpdates } from "./release-updates.js";

let inventory: Inventory;
beforeAll(async () => {
  inventory = await createInventory();
});
afterAll(() => inventory[Symbol.asyncDispose]());

/** An agent with pending updates of these packages; their global ids in the same order. */
async function enrolWith(...names: string[]) {
  const { caller } = await inventory.enrol();
  await inventory.report(caller, 1, { items: names.map((name) => itemOf(name)) });
  const rows = await inventory.updates<{ id: string; name: string }>(caller.id, "id, name");
  const byName = new Map(rows.map(({ id, name }) => [name, `upd_${id}`]));
  return { caller, ids: names.map((name) => byName.get(name)!) };
}
const stateOf = async (id: string) => {
  const [row] = await inventory.database.query<{ state: string; by: string | null; held: boolean }>(
    "select state, decided_by as by, is_held as held from updates where id = $1",
    [id.slice(4)],
  );
  return row;
};
const uuidsOf = (ids: string[]) => ids.map((id) => id.slice(4));
const eventsOf = (agentId: string, type: string) =>
  inventory.database.query("select payload from events where stream = $1 and type = $2", [
    `agent:${agentId}`,
    type,
  ]);

test("a bulk answers for each id: done, or one error with its place", async () => {
  const { ids } = await enrolWith("curl", "bash", "vim");
  const [curl, bash, vim] = ids as [string, string, string];
  await rejectUpdates(inventory.parts, alice, { ids: [bash] });
  const unknown = `upd_${uuidv7()}`;
  const asked = [curl, unknown, bash, "agent_nonsense", vim, curl];
  const { ids: done, errors } = await approveUpdates(inventory.parts, bob, { ids: asked });
  expect(done).toEqual(uuidsOf([curl, vim]));
  expect(errors.map(({ code, path }) => [code, path])).toEqual([
    ["NOT_FOUND", ["input", "ids", "3"]],
    ["NOT_FOUND", ["input", "ids", "1"]],
    ["PRECONDITION_FAILED", ["input", "ids", "2"]],
  ]);
  expect(await stateOf(curl)).toEqual({ state: "APPROVED", by: "bob", held: false });
  expect(await stateOf(bash)).toEqual({ state: "REJECTED", by: "alice", held: false });
});

test("more than 200 at once are refused as a whole", async () => {
  const ids = Array.from({ length: 201 }, () => `upd_${uuidv7()}`);
  await expect(approveUpdates(inventory.parts, alice, { ids })).rejects.toMatchObject({ limit: 200 });
});

test("made-up ids leave no streams behind", async () => {
  const count = async () => (await inventory.database.query("select 1 from streams")).length;
  const before = await count();
  await approveUpdates(inventory.parts, alice, { ids: [`upd_${uuidv7()}`] });
  expect(await count()).toBe(before);
});

test("G23 approving twice at once is one approval", async () => {
  const { caller, ids } = await enrolWith("curl", "bash");
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => approveUpdates(inventory.parts, alice, { ids })),
  );
  for (const { ids: done, errors } of answers) {
    expect(done).toEqual(uuidsOf(ids));
    expect(errors).toEqual([]);
  }
  expect(await eventsOf(caller.id, "update.approved")).toHaveLength(1);
});

test("G23 of an approval and a rejection at once the rejection wins, every time", async () => {
  for (let round = 0; round < 8; round += 1) {
    const { ids } = await enrolWith("curl");
    const [approved, rejected] = await Promise.all([
      approveUpdates(inventory.parts, alice, { ids }),
      rejectUpdates(inventory.parts, bob, { ids }),
    ]);
    expect(rejected.ids).toEqual(uuidsOf(ids));
    expect(await stateOf(ids[0]!)).toEqual({ state: "REJECTED", by: "bob", held: false });
    if (approved.ids.length === 0) expect(approved.errors).toMatchObject([{ reason: "UPDATE_IS_REJECTED" }]);
  }
});

test("G23 an approval meets a scan that supersedes: approved and closed, or refused, never both open", async () => {
  for (let round = 0; round < 8; round += 1) {
    const { caller, ids } = await enrolWith("curl");
    const [approved] = await Promise.all([
      approveUpdates(inventory.parts, alice, { ids }),
      inventory.report(caller, 2, { items: [itemOf("curl", "3")] }),
    ]);
    const rows = await inventory.updates(caller.id, "candidate_version as candidate, state");
    expect(rows).toEqual(
      expect.arrayContaining([
        { candidate: "2", state: "CLOSED" },
        { candidate: "3", state: "PENDING" },
      ]),
    );
    if (approved.ids.length === 0) expect(approved.errors).toMatchObject([{ reason: "UPDATE_IS_CLOSED" }]);
    expect((await approveUpdates(inventory.parts, alice, { ids })).errors).toMatchObject([
      { reason: "UPDATE_IS_CLOSED", message: "curl 2 is closed: a newer candidate took its place." },
    ]);
  }
});

test("an approval survives a scan that lists the same candidate, and an overruled rejection is approved", async () => {
  const { caller, ids } = await enrolWith("curl");
  await rejectUpdates(inventory.parts, alice, { ids, reason: "breaks the proxy" });
  expect((await approveUpdates(inventory.parts, bob, { ids })).errors).toMatchObject([
    { reason: "UPDATE_IS_REJECTED", message: expect.stringContaining("rejected by alice") },
  ]);
  expect((await approveUpdates(inventory.parts, bob, { ids, acceptRejected: true })).errors).toEqual([]);
  await inventory.report(caller, 2, { items: [itemOf("curl", "2", { severity: "HIGH" })] });
  expect(await stateOf(ids[0]!)).toEqual({ state: "APPROVED", by: "bob", held: false });
});

test("a hold keeps an update from being approved, and is carried to newer candidates until it is released", async () => {
  const { caller, ids } = await enrolWith("curl", "bash");
  const [curl] = ids as [string];
  await holdUpdates(inventory.parts, alice, { ids: [curl], reason: "wait for the vendor" });
  expect((await approveUpdates(inventory.parts, bob, { ids })).errors).toMatchObject([
    {
      reason: "UPDATE_IS_HELD",
      message: "curl is held (wait for the vendor). Release it first.",
      path: ["input", "ids", "0"],
    },
  ]);
  await inventory.report(caller, 2, { items: [itemOf("curl", "3")] });
  await inventory.report(caller, 3, { items: [] });
  await inventory.report(caller, 4, { items: [itemOf("curl", "4")] });
  const newest = async () =>
    (await inventory.updates(caller.id, "candidate_version as candidate, state, is_held, hold_reason")).at(
      -1,
    );
  expect(await newest()).toEqual({
    candidate: "4",
    state: "PENDING",
    is_held: true,
    hold_reason: "wait for the vendor",
  });
  const counts = () =>
    inventory.database.query("select held from agent_update_counts where agent_id = $1", [caller.id]);
  expect(await counts()).toEqual([{ held: 1 }]);
  // Through the first, closed candidate: the hold belongs to the package.
  expect((await releaseUpdates(inventory.parts, bob, { ids: [curl] })).ids).toEqual(uuidsOf([curl]));
  expect(await newest()).toMatchObject({ is_held: false, hold_reason: null });
  expect(await counts()).toEqual([{ held: 0 }]);
  expect((await releaseUpdates(inventory.parts, bob, { ids: [curl] })).errors).toEqual([]);
  expect(await eventsOf(caller.id, "update.released")).toHaveLength(1);
});

test("nothing is decided about an agent out of service", async () => {
  const { caller, ids } = await enrolWith("curl");
  await inventory.database.query("update agents set retired_at = now() where id = $1", [caller.id]);
  for (const verb of [approveUpdates, rejectUpdates, holdUpdates, releaseUpdates]) {
    expect((await verb(inventory.parts, alice, { ids })).errors).toMatchObject([
      { reason: "AGENT_IS_RETIRED" },
    ]);
  }
  await inventory.database.query("update agents set retired_at = null where id = $1", [caller.id]);
});

test("a reason over 1000 characters is refused, a strange one cleaned", async () => {
  const { caller, ids } = await enrolWith("curl");
  const reason = "x".repeat(1001);
  await expect(rejectUpdates(inventory.parts, alice, { ids, reason })).rejects.toMatchObject({
    path: ["input", "reason"],
  });
  await holdUpdates(inventory.parts, alice, { ids, reason: "a\0b\u202e" });
  expect(await inventory.updates(caller.id, "hold_reason")).toEqual([{ hold_reason: "a b" }]);
});

test("decisions over many agents in opposite orders do not deadlock", async () => {
  const fleet = await Promise.all(Array.from({ length: 6 }, () => enrolWith("curl", "bash")));
  const ids = fleet.flatMap((agent) => agent.ids);
  await Promise.all([
    approveUpdates(inventory.parts, alice, { ids }),
    rejectUpdates(inventory.parts, bob, { ids: ids.toReversed() }),
    holdUpdates(inventory.parts, bob, { ids }),
    releaseUpdates(inventory.parts, alice, { ids: ids.toReversed() }),
    ...fleet.map(({ caller }) => inventory.report(caller, 2, { items: [itemOf("curl")] })),
  ]);
  expect(await inventory.differences()).toEqual([]);
});
