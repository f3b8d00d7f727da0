import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { agentStream } from "../agents/agent-stream.js";
import { agentEvents } from "../agents/project-agents.js";
import { cancelCommands } from "../commands/cancel-commands.js";
import { claimCommands, type ClaimedCommand } from "../commands/claim-commands.js";
import type { PlanInput } from "../commands/read-plan.js";
import { changesMachine } from "../commands/command-kinds.js";
import type { ItemInput, ResultInput } from "../commands/read-result.js";
import { readLocalCommand } from "../commands/read-local-command.js";
import { reportLocalCommand } from "../commands/report-local-command.js";
import { rollBackCommands } from "../commands/roll-back-commands.js";
import { reportProgress } from "../commands/report-progress.js";
import { reportResult } from "../commands/report-result.js";
import { startScan } from "../commands/start-scan.js";
import { sweepCommands } from "../commands/sweep-commands.js";
import { localCommandOf, planOf, resultOf } from "../commands/testing/agent-words.js";
import { alice, createFleet, type EnrolledAgent, type Fleet } from "../commands/testing/fleet.js";
import { inTransaction } from "../database/unit-of-work.js";
import { rebuild } from "../events/rebuild.js";
import { fetchReleaseNotes } from "../release-notes/fetch-release-notes.js";
import { retentionEvents } from "../retention/project-retention.js";
import { sumUpStream } from "../retention/sum-up-stream.js";
import { DomainError } from "../schema/user-errors.js";
import { holdUpdates } from "../updates/hold-updates.js";
import { updateEvents } from "../updates/project-updates.js";
import { releaseUpdates } from "../updates/release-updates.js";
import { installPlans } from "./install-plans.js";
import { planUpdates } from "./plan-updates.js";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await createFleet();
});
afterAll(() => fleet.drop());

const packages = ["a", "b", "c"] as const;
const some = fc.subarray([...packages], { minLength: 1 });
const anyOutcome = fc.constantFrom("SUCCEEDED" as const, "FAILED" as const, "SKIPPED" as const);
const anyEnd = fc.constantFrom("SUCCEEDED", "PARTIALLY_SUCCEEDED", "FAILED", "CANCELLED");

const anyEnding = { end: anyEnd, outcome: anyOutcome, some };

const move = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant("plan" as const), some }), weight: 15 },
  { arbitrary: fc.record({ kind: fc.constant("approve" as const), some }), weight: 15 },
  { arbitrary: fc.record({ kind: fc.constant("install" as const) }), weight: 20 },
  { arbitrary: fc.record({ kind: fc.constant("roll back" as const) }), weight: 15 },
  { arbitrary: fc.record({ kind: fc.constant("hold" as const), some }), weight: 5 },
  { arbitrary: fc.record({ kind: fc.constantFrom("mark" as const, "unmark" as const), some }), weight: 8 },
  { arbitrary: fc.record({ kind: fc.constant("scan" as const) }), weight: 5 },
  { arbitrary: fc.record({ kind: fc.constant("notes" as const), some }), weight: 5 },
  { arbitrary: fc.record({ kind: fc.constant("claim" as const) }), weight: 20 },
  { arbitrary: fc.record({ kind: fc.constant("begin" as const) }), weight: 10 },
  {
    arbitrary: fc.record({ kind: fc.constant("finish" as const), end: anyEnd, outcome: anyOutcome, some }),
    weight: 25,
  },
  {
    arbitrary: fc.record({ kind: fc.constant("local" as const), ...anyEnding, isBack: fc.boolean() }),
    weight: 8,
  },
  { arbitrary: fc.record({ kind: fc.constant("cancel" as const) }), weight: 5 },
  { arbitrary: fc.record({ kind: fc.constant("lapse" as const) }), weight: 5 },
  { arbitrary: fc.record({ kind: fc.constant("forget" as const) }), weight: 3 },
  { arbitrary: fc.record({ kind: fc.constant("sum up" as const) }), weight: 4 },
  { arbitrary: fc.record({ kind: fc.constant("retire" as const) }), weight: 1 },
);
type Move = typeof move extends fc.Arbitrary<infer Value> ? Value : never;

interface World {
  readonly agent: EnrolledAgent;
  readonly hand: ClaimedCommand[];
  readonly reached: Set<string>;
}

async function allIds(table: "plans" | "commands", agent: EnrolledAgent): Promise<string[]> {
  const rows = await fleet.database.query<{ id: string }>(
    `select id from ${table} where agent_id = $1 order by id`,
    [agent.caller.id],
  );
  return rows.map(({ id }) => id);
}

async function play({ agent, hand }: World, step: Move): Promise<unknown> {
  const { parts } = fleet;
  switch (step.kind) {
    case "plan":
    case "notes": {
      const ids = step.some.map((name) => `upd_${agent.updates.get(name)}`);
      return await (step.kind === "plan" ? planUpdates : fetchReleaseNotes)(parts, alice, { ids });
    }
    case "approve":
    case "hold": {
      const type = step.kind === "approve" ? "update.approved" : "update.held";
      const updateIds = step.some.map((name) => agent.updates.get(name)!);
      const payload = step.kind === "approve" ? { updateIds } : { updateIds, reason: "later" };
      return fleet.append(agent.caller.id, [updateEvents.of(type, payload as never)], alice);
    }
    case "mark":
    case "unmark": {
      const ids = step.some.map((name) => `upd_${agent.updates.get(name)}`);
      const decide = step.kind === "mark" ? holdUpdates : releaseUpdates;
      return decide(parts, alice, { ids });
    }
    case "install": {
      const ids = (await allIds("plans", agent)).map((id) => `plan_${id}`);
      return installPlans(parts, alice, { ids, acceptRemovals: true, dryRun: false });
    }
    case "roll back": {
      const ids = (await allIds("commands", agent)).map((id) => `cmd_${id}`);
      return rollBackCommands(parts, alice, { ids, acceptPartly: true, dryRun: false });
    }
    case "scan":
      return startScan(parts, alice, { agentIds: [agent.id], refresh: false });
    case "claim":
      return hand.push(...(await claimCommands(parts, agent.caller, 10)));
    case "begin":
      for (const { id, attempt } of hand) {
        await reportProgress(parts, agent.caller, { commandId: `cmd_${id}`, attempt, lines: [] }, () => {});
      }
      return undefined;
    case "finish":
      for (const command of hand.splice(0)) await finish(agent, command, step);
      return undefined;
    case "local": {
      const install = (await allIds("commands", agent)).at(-1);
      const back = { type: "ROLLBACK" as const, rollsBack: `cmd_${install}` };
      const more = {
        state: step.end,
        failure: failureOf(step.end),
        ...(step.isBack && install !== undefined ? back : {}),
      };
      const told = localCommandOf(step.some, step.outcome, more);
      return reportLocalCommand(parts, agent.caller, readLocalCommand(told));
    }
    case "cancel":
      return cancelCommands(
        parts,
        alice,
        (await allIds("commands", agent)).map((id) => `cmd_${id}`),
      );
    case "lapse":
      await fleet.database.query("update command_leases set expires_at = now() where agent_id = $1", [
        agent.caller.id,
      ]);
      return sweepCommands(parts);
    case "forget": {
      const now = new Date().toISOString();
      const event = retentionEvents.of("history.forgotten", { scansBefore: now, endedBefore: now });
      return fleet.append(agent.caller.id, [event]);
    }
    case "sum up":
      return inTransaction(fleet.database, (tx) =>
        sumUpStream(tx, fleet.log.projectors, agentStream(agent.caller.id), new Date()),
      );
    case "retire":
      return fleet.append(agent.caller.id, [agentEvents.of("agent.retired", {})]);
  }
}

/** What a plan tells beside its transaction. */
const told: Partial<PlanInput> = {
  alsoKept: [{ name: "lib", installedVersion: "1", candidateVersion: "2", reason: "It was not chosen." }],
  restartReasons: ["curl restarts web.service."],
};

const failureOf = (end: string) => (end === "SUCCEEDED" ? null : { code: "OFFLINE", message: "No net." });

async function finish(
  agent: EnrolledAgent,
  command: ClaimedCommand,
  how: Extract<Move, { kind: "finish" }>,
): Promise<void> {
  const names = command.contents?.updates.map(({ key }) => key.replace(":amd64", "")) ?? [];
  const [fromVersion, goal] = command.type === "ROLLBACK" ? ["2", "1"] : ["1", "2"];
  const items: ItemInput[] = how.some.map((name) => ({
    key: `${name}:amd64`,
    name,
    outcome: how.outcome,
    fromVersion,
    toVersion: how.outcome === "SUCCEEDED" ? goal : fromVersion,
  }));
  const hasNotes = command.type === "RELEASE_NOTES" && how.end === "SUCCEEDED";
  const isPlan = command.type === "PLAN" && how.end === "SUCCEEDED";
  const more: Partial<ResultInput> = {
    state: how.end,
    failure: failureOf(how.end),
    items: changesMachine(command.type) ? items : [],
    restart: "SERVICE",
    restartReasons: ["curl restarts web.service."],
    ...(isPlan ? { plan: planOf(names, told) } : {}),
    ...(hasNotes ? { releaseNotes: { text: "Mend it.", isTruncated: false, advisories: [] } } : {}),
  };
  await reportResult(fleet.parts, agent.caller, resultOf(command, more));
}

const finishing = (end: "SUCCEEDED" | "FAILED", outcome: "SUCCEEDED" | "FAILED"): Move => ({
  kind: "finish",
  end,
  outcome,
  some: ["a"],
});

/** One history that goes all the way, for good and for bad; the others go where they like. */
const allTheWay: Move[] = (["SUCCEEDED", "FAILED"] as const).flatMap((end): Move[] => [
  { kind: "plan", some: end === "SUCCEEDED" ? ["a"] : ["b"] },
  { kind: "claim" },
  finishing("SUCCEEDED", "SUCCEEDED"),
  { kind: "approve", some: ["a", "b"] },
  { kind: "install" },
  { kind: "claim" },
  { kind: "begin" },
  finishing(end, end),
]);

/** What was installed is taken back, once in full and once in vain. */
const thereAndBack = (end: "SUCCEEDED" | "FAILED"): Move[] => [
  ...allTheWay.slice(0, 8),
  { kind: "roll back" },
  { kind: "claim" },
  { kind: "begin" },
  finishing(end, end),
];

/** A plan that is resolved and waits to be installed. */
const waiting: Move[] = allTheWay.slice(0, 3);

/** What is held is released again on the machine, for good and for bad. */
const heldAndReleased: Move[] = (["SUCCEEDED", "FAILED"] as const).flatMap((end): Move[] => [
  { kind: "mark", some: ["a"] },
  { kind: "claim" },
  finishing(end, end),
  { kind: "mark", some: ["a"] },
  { kind: "claim" },
  finishing("SUCCEEDED", "SUCCEEDED"),
  { kind: "unmark", some: ["a"] },
  { kind: "claim" },
  finishing(end, end),
]);

/** The lease is lost in the middle of an install, and the agent never comes back. */
const retiredMidway: Move[] = [...allTheWay.slice(0, 7), { kind: "lapse" }, { kind: "retire" }];

const FOREVER = `
  select u.id from updates u where u.state = 'INSTALLING' and not exists (
    select from commands c where c.type = 'INSTALL' and c.state in ('QUEUED', 'CLAIMED', 'RUNNING')
      and u.id = any(c.update_ids))`;

test("after any history of plans and commands, state equals its replay and rebuilding changes nothing", async () => {
  const reached = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 8, maxLength: 40, size: "max" }), async (moves) => {
      const world: World = { agent: await fleet.enrol({ packages }), hand: [], reached };
      for (const step of moves) {
        await play(world, step).catch((error: unknown) => {
          // What the agent tells out of turn is refused and leaves nothing behind.
          if (!(error instanceof DomainError)) throw error;
        });
      }
      for (const { state } of await fleet.database.query<{ state: string }>(
        `select type || ' ' || state as state from commands
         union select 'plan ' || state from plans union select 'update ' || state from updates`,
      ))
        reached.add(state);
      expect(await fleet.database.query(FOREVER)).toEqual([]);
    }),
    {
      numRuns: 40,
      examples: [
        [[...allTheWay, { kind: "plan", some: ["c"] }, { kind: "cancel" }]],
        [waiting],
        [[{ kind: "notes", some: ["a"] }, { kind: "claim" }, finishing("SUCCEEDED", "SUCCEEDED")]],
        [heldAndReleased],
        [retiredMidway],
        [thereAndBack("SUCCEEDED")],
        [thereAndBack("FAILED")],
      ],
    },
  );
  expect(await fleet.differences()).toEqual([]);
  const { tables } = await rebuild(fleet.database, fleet.log.projectors);
  expect(tables.filter(({ removed, written }) => removed + written > 0)).toEqual([]);
  // The histories went somewhere.
  const wanted = [
    "RELEASE_NOTES SUCCEEDED",
    "plan READY",
    "plan STARTED",
    "plan FAILED",
    "INSTALL SUCCEEDED",
    "INSTALL FAILED",
  ];
  const updates = ["update INSTALLED", "update FAILED", "update ROLLED_BACK"];
  const rollbacks = ["ROLLBACK SUCCEEDED", "ROLLBACK FAILED"];
  const holds = ["HOLD SUCCEEDED", "HOLD FAILED", "RELEASE SUCCEEDED", "RELEASE FAILED"];
  expect([...reached]).toEqual(expect.arrayContaining([...wanted, ...rollbacks, ...holds, ...updates]));
}, 120_000);
