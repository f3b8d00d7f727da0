import { uuidv7 } from "uuidv7";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentCaller } from "../access/caller.js";
import { renameAgent } from "../agents/rename-agent.js";
import { claimCommands } from "../commands/claim-commands.js";
import { commandEvents } from "../commands/project-commands.js";
import { reportResult } from "../commands/report-result.js";
import { resultOf } from "../commands/testing/agent-words.js";
import { rebuild } from "../events/rebuild.js";
import { plansOfCommands } from "../plans/settle-plan.js";
import {
  alice,
  createInventory,
  itemOf,
  reportOf,
  restartOf,
  type Inventory,
} from "../scans/testing/inventory.js";
import { approveUpdates } from "./approve-updates.js";
import { holdUpdates } from "./hold-updates.js";
import { rejectUpdates } from "./reject-updates.js";
import { releaseUpdates } from "./release-updates.js";
import { UpdateModel } from "./testing/update-model.js";

let inventory: Inventory;
beforeAll(async () => {
  inventory = await createInventory();
});
afterAll(() => inventory[Symbol.asyncDispose]());

const pick = fc.nat(5);
const listing = fc.dictionary(fc.constantFrom("curl", "bash"), fc.constantFrom("2", "3"), { maxKeys: 2 });
const some = fc.oneof(fc.constant<string[]>([]), fc.subarray(["curl", "bash"]));
const step = fc.oneof(
  fc.record({
    kind: fc.constant("scan" as const),
    listing,
    status: fc.constantFrom("COMPLETE", "PARTIAL", "FAILED"),
    marks: some,
    pins: some,
    restarts: fc.option(fc.subarray(["curl", "bash"])),
  }),
  fc.record({ kind: fc.constant("approve" as const), pick, acceptRejected: fc.boolean() }),
  fc.record({ kind: fc.constantFrom("reject" as const, "hold" as const, "release" as const), pick }),
  fc.record({ kind: fc.constant("begin" as const), pick }),
  fc.record({ kind: fc.constant("end" as const), pick, how: fc.constantFrom("succeed", "fail", "giveBack") }),
  fc.record({ kind: fc.constant("follow" as const), hasFailed: fc.boolean() }),
  fc.record({ kind: fc.constant("roll back" as const), pick, isDone: fc.boolean() }),
  fc.record({ kind: fc.constant("rename" as const), pick }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(agent: AgentCaller, model: UpdateModel, at: Step, number: number): Promise<void> {
  if (at.kind === "scan") {
    const items = Object.entries(at.listing).map(([name, candidate]) =>
      itemOf(name, candidate, {
        isHeldByMark: at.marks.includes(name),
        isHeldByPin: at.pins.includes(name),
      }),
    );
    const status = at.status as "COMPLETE" | "PARTIAL" | "FAILED";
    await inventory.report(agent, number, {
      status,
      items: status === "FAILED" ? [] : items,
      pendingRestarts: at.restarts && at.restarts.map(restartOf),
    });
    if (status !== "FAILED") model.scan(at.listing, status === "COMPLETE", at);
    return;
  }
  if (at.kind === "follow") {
    model.follow(at.hasFailed);
    await follow(agent, at.hasFailed);
    return;
  }
  if (at.kind === "rename") {
    await renameAgent(inventory.parts, alice, { id: `agent_${agent.id}`, name: `name ${at.pick}` });
    return;
  }
  const rows = await inventory.updates<{ id: string }>(agent.id, "id");
  const index = rows.length === 0 ? 0 : at.pick % rows.length;
  const update = model.updates[index];
  if (!update) return;
  const { id } = rows[index]!;
  const ids = [`upd_${id}`];
  const about = {
    commandId: uuidv7(),
    type: "INSTALL" as const,
    source: "apt",
    planId: null,
    updateIds: [id],
  };
  const isOpen = model.openOf(update.key) === update;
  switch (at.kind) {
    case "approve": {
      const { errors } = await approveUpdates(inventory.parts, alice, {
        ids,
        acceptRejected: at.acceptRejected,
      });
      expect(errors.length === 0).toBe(model.approve(update, at.acceptRejected));
      return;
    }
    case "reject": {
      const { errors } = await rejectUpdates(inventory.parts, alice, { ids });
      expect(errors.length === 0).toBe(update.state === "REJECTED" || model.move(update, "reject"));
      return;
    }
    case "hold": {
      const { errors } = await holdUpdates(inventory.parts, alice, { ids, reason: null });
      expect(errors.length === 0).toBe(isOpen);
      if (isOpen) model.hold(update.key);
      return;
    }
    case "release": {
      const { errors } = await releaseUpdates(inventory.parts, alice, { ids });
      expect(errors.length === 0).toBe(model.release(update.key));
      return;
    }
    case "begin":
      await inventory.append(agent.id, [commandEvents.of("command.started", { ...about, attempt: 1 })]);
      model.move(update, "begin");
      return;
    case "roll back": {
      const outcome = at.isDone ? ("SUCCEEDED" as const) : ("FAILED" as const);
      const ended = {
        ...about,
        type: "ROLLBACK" as const,
        attempt: 1,
        state: outcome,
        failure: at.isDone ? null : { code: "COMMAND_FAILED", message: "dpkg" },
        restart: null,
        items: [],
        updates: [{ updateId: id, outcome, failure: null }],
        agentStartedAt: null,
        agentFinishedAt: reportOf(number).startedAt.toISOString(),
      };
      await inventory.append(agent.id, [commandEvents.of("command.finished", ended)]);
      if (at.isDone) model.rollBack(update);
      return;
    }
    case "end": {
      const how = at.how as "succeed" | "fail" | "giveBack";
      const outcome = ({ succeed: "SUCCEEDED", fail: "FAILED", giveBack: "SKIPPED" } as const)[how];
      const failure = how === "fail" ? { code: "COMMAND_FAILED", message: "dpkg" } : null;
      const state = ({ succeed: "SUCCEEDED", fail: "FAILED", giveBack: "CANCELLED" } as const)[how];
      const ended = {
        ...about,
        attempt: 1,
        state,
        failure,
        restart: null,
        items: [],
        updates: [{ updateId: id, outcome, failure }],
        agentStartedAt: null,
        agentFinishedAt: reportOf(number).startedAt.toISOString(),
      };
      await inventory.append(agent.id, [commandEvents.of("command.finished", ended)]);
      model.move(update, how);
    }
  }
}

/** The agent carries out every command about holds, or fails at each. */
async function follow(agent: AgentCaller, hasFailed: boolean): Promise<void> {
  const parts = { ...inventory.parts, plans: plansOfCommands };
  for (;;) {
    const [command] = await claimCommands(parts, agent, 10);
    if (!command) return;
    const outcome = hasFailed ? ("FAILED" as const) : ("SUCCEEDED" as const);
    const failure = hasFailed ? { code: "LOCKED", message: "apt is busy." } : null;
    const items = command.keys.map((key) => ({ key, name: key, outcome }));
    await reportResult(parts, agent, resultOf(command, { state: outcome, failure, items }));
  }
}

/** What can happen to state tables; the log puts each right. */
const damages = [
  ["truncate agents, scans, coverage, updates, update_holds, agent_update_counts, commands cascade"],
  [
    "update agent_update_counts set total = total + 1",
    "delete from update_holds",
    "update coverage set digest = 'x'",
  ],
  [
    // The open candidate is lost and an old one stands in its place.
    `delete from updates u where is_open and exists (select from updates o where not o.is_open
       and (o.agent_id, o.source, o.key) = (u.agent_id, u.source, u.key))`,
    `update updates set state = 'PENDING' where id in (select max(id::text)::uuid from updates u
       where not exists (select from updates o where o.is_open
         and (o.agent_id, o.source, o.key) = (u.agent_id, u.source, u.key))
       group by agent_id, source, key)`,
  ],
] as const;

async function snapshot(): Promise<unknown> {
  const tables = [
    "agents",
    "scans",
    "coverage",
    "updates",
    "update_holds",
    "agent_update_counts",
    "commands",
  ];
  return await Promise.all(
    tables.map((table) => inventory.database.query(`select t::text as row from ${table} t order by 1`)),
  );
}

const complete = { kind: "scan" as const, status: "COMPLETE" as const, marks: [], pins: [] };
/** An install that a restart is needed for, so that every run comes across one. */
const WAITS: Step[] = [
  { ...complete, listing: { curl: "2" }, restarts: [] },
  { kind: "begin", pick: 0 },
  { kind: "end", pick: 0, how: "succeed" },
  { ...complete, listing: {}, restarts: ["curl"] },
  { ...complete, listing: {}, restarts: null },
];
const reached = new Set<string>();

test("over random histories the state is what the model says, and the log alone gives the same state", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const { caller } = await inventory.enrol();
      const model = new UpdateModel();
      for (const [index, at] of steps.entries()) {
        await take(caller, model, at, index + 1);
        for (const { state } of model.updates) reached.add(state);
      }
      const rows = await inventory.updates(
        caller.id,
        `name as key, candidate_version as candidate, state, is_held_by_mark as "isMarked",
          is_held_by_pin as "isPinned", is_held and is_open as held`,
      );
      const believed = model.updates.map((update) => ({
        ...update,
        held: model.isHeld(update) && model.openOf(update.key) === update,
      }));
      expect(rows).toEqual(believed);
      const open = believed.filter(({ state }) => !["CLOSED", "VERIFIED"].includes(state));
      expect(
        await inventory.database.query(
          "select total, held, restart_needed as waiting from agent_update_counts where agent_id = $1",
          [caller.id],
        ),
      ).toEqual(
        rows.length === 0
          ? expect.anything()
          : [
              {
                total: open.length,
                held: open.filter(({ held }) => held).length,
                waiting: open.filter(({ state }) => state === "RESTART_NEEDED").length,
              },
            ],
      );
    }),
    { numRuns: 60, examples: [[WAITS]] },
  );
  expect(reached).toContain("RESTART_NEEDED");
  expect(await inventory.differences()).toEqual([]);
  const before = await snapshot();
  for (const damage of damages) {
    for (const statement of damage) await inventory.database.query(statement);
    expect(await snapshot()).not.toEqual(before);
    await rebuild(inventory.database, inventory.log.projectors);
    expect(await snapshot()).toEqual(before);
  }
}, 120_000);
