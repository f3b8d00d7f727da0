import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readReport } from "../scans/read-report.js";
import { recordScan } from "../scans/record-scan.js";
import { itemOf, reportOf } from "../scans/testing/inventory.js";
import { claimCommands } from "./claim-commands.js";
import { readOutput } from "./output.sql.js";
import { readLocalCommand, type LocalCommandInput } from "./read-local-command.js";
import { reportLocalCommand } from "./report-local-command.js";
import { reportResult } from "./report-result.js";
import { rollBackCommands } from "./roll-back-commands.js";
import { startScan } from "./start-scan.js";
import { eventTypes, localCommandOf, resultOf } from "./testing/agent-words.js";
import { alice, createFleet, type EnrolledAgent, type Fleet } from "./testing/fleet.js";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await createFleet();
});
afterAll(() => fleet.drop());

const tell = (agent: EnrolledAgent, told: LocalCommandInput) =>
  reportLocalCommand(fleet.parts, agent.caller, readLocalCommand(told));

const plain = (told: LocalCommandInput): string => told.commandId.slice("cmd_".length);

async function rowOf(told: LocalCommandInput) {
  const [row] = await fleet.database.query<Record<string, unknown>>(
    `select state, is_local, requested_by, requested_at, started_at, finished_at, attempt, deadline_at, items,
       failure_code, (select receipt from command_receipts r where r.command_id = c.id) as receipt
     from commands c where id = $1`,
    [plain(told)],
  );
  return row;
}

async function stateOf(agent: EnrolledAgent, name: string): Promise<string | undefined> {
  const [row] = await fleet.database.query<{ state: string }>("select state from updates where id = $1", [
    agent.updates.get(name),
  ]);
  return row?.state;
}

const DAY = 86_400_000;
const weekAgo = new Date(Date.now() - 7 * DAY);

test("what was installed at the machine is an ended command of its own time, and its updates follow", async () => {
  const agent = await fleet.enrol({ packages: ["a", "b"] });
  const lines = [{ sequence: 41, occurredAt: weekAgo, text: "Setting up a" }];
  const times = { requestedAt: weekAgo, startedAt: weekAgo, finishedAt: weekAgo };
  const told = localCommandOf(["a"], "SUCCEEDED", { ...times, lines, receipt: '{"token":"t"}' });
  await tell(agent, told);
  expect(await rowOf(told)).toMatchObject({
    state: "SUCCEEDED",
    is_local: true,
    requested_by: "root at the machine",
    requested_at: weekAgo,
    started_at: weekAgo,
    finished_at: weekAgo,
    deadline_at: null,
    items: [{ name: "a", outcome: "SUCCEEDED", toVersion: "2" }],
    receipt: '{"token":"t"}',
  });
  expect(await stateOf(agent, "a")).toBe("INSTALLED");
  expect(await stateOf(agent, "b")).toBe("PENDING");
  expect(await readOutput(fleet.database, { commandId: plain(told), after: null, first: 10 })).toMatchObject(
    lines,
  );
  expect(await fleet.differences()).toEqual([]);
});

test("an install at the machine is taken back from the server as far as its own plan said", async () => {
  const agent = await fleet.enrol({ packages: ["a", "b", "c"] });
  const toldOf = (level: "REVERSIBLE" | "PARTLY", name: string) =>
    localCommandOf([name], "SUCCEEDED", { reversibility: { level, reasons: ["Its data stays."] } });
  const [whole, partly, unsaid] = [toldOf("REVERSIBLE", "a"), toldOf("PARTLY", "b"), localCommandOf(["c"])];
  for (const told of [whole, partly, unsaid]) await tell(agent, told);
  const request = { ids: [whole, partly, unsaid].map(({ commandId }) => commandId), dryRun: false };
  const { ids, errors } = await rollBackCommands(fleet.parts, alice, { ...request, acceptPartly: false });
  expect(errors).toMatchObject([{ path: ["input", "ids", "1"] }, { path: ["input", "ids", "2"] }]);
  expect(errors[0]?.message).toContain("Its data stays.");
  const claimed = await claimCommands(fleet.parts, agent.caller, 10);
  expect(claimed).toMatchObject([
    { id: ids[0], type: "ROLLBACK", rollsBack: plain(whole), updateIds: [agent.updates.get("a")] },
  ]);
  const back = { key: "a:amd64", name: "a", fromVersion: "2", toVersion: "1", outcome: "SUCCEEDED" } as const;
  await reportResult(fleet.parts, agent.caller, resultOf(claimed[0]!, { items: [back] }));
  expect(await stateOf(agent, "a")).toBe("ROLLED_BACK");
  expect(await stateOf(agent, "b")).toBe("INSTALLED");
  const answer = await rollBackCommands(fleet.parts, alice, { ...request, acceptPartly: true, dryRun: true });
  expect(answer.errors).toMatchObject([{ reason: "ALREADY_ROLLED_BACK" }]);
  expect(await fleet.differences()).toEqual([]);
});

test("told again, also twice at once, it is recorded once", async () => {
  const agent = await fleet.enrol({ packages: ["a"] });
  const told = localCommandOf(["a"]);
  await Promise.all(Array.from({ length: 5 }, () => tell(agent, told)));
  await tell(agent, { ...told, state: "FAILED", failure: { code: "X", message: "x" } });
  expect(await eventTypes(fleet, agent)).toEqual(["command.recorded", "command.finished"]);
  expect(await rowOf(told)).toMatchObject({ state: "SUCCEEDED" });
});

test("an install and its rollback at the machine are told one after the other, and the update is offered again", async () => {
  const agent = await fleet.enrol({ packages: ["a"] });
  const install = localCommandOf(["a"]);
  await tell(agent, install);
  const items = [
    { key: "a:amd64", name: "a", outcome: "SUCCEEDED" as const, fromVersion: "2", toVersion: "1" },
  ];
  const back = { type: "ROLLBACK" as const, rollsBack: install.commandId, wanted: [], items };
  const rollback = localCommandOf([], "SUCCEEDED", back);
  await tell(agent, rollback);
  await tell(agent, rollback);
  expect(await rowOf(rollback)).toMatchObject({ state: "SUCCEEDED", is_local: true });
  expect(await stateOf(agent, "a")).toBe("ROLLED_BACK");
  expect(await fleet.differences()).toEqual([]);
});

test("what one agent tells of a rollback says nothing of another's install, and an install goes back, nothing else", async () => {
  const [one, stranger] = [await fleet.enrol({ packages: ["a"] }), await fleet.enrol({ packages: ["a"] })];
  const install = localCommandOf(["a"]);
  await tell(one, install);
  const items = [
    { key: "a:amd64", name: "a", outcome: "SUCCEEDED" as const, fromVersion: "2", toVersion: "1" },
  ];
  const back = { type: "ROLLBACK" as const, rollsBack: install.commandId, wanted: [], items };
  await tell(stranger, localCommandOf([], "SUCCEEDED", back));
  expect(await stateOf(stranger, "a")).toBe("PENDING");
  expect(await stateOf(one, "a")).toBe("INSTALLED");
  await tell(one, localCommandOf([], "SUCCEEDED", { ...back, source: "npm" }));
  expect(await stateOf(one, "a")).toBe("INSTALLED");
  const request = { ids: [install.commandId], acceptPartly: true, dryRun: true };
  expect(await rollBackCommands(fleet.parts, alice, request)).toEqual({ ids: [], errors: [] });
});

test("a failure moves the update with its reason, and success is not believed against its own packages", async () => {
  const agent = await fleet.enrol({ packages: ["a", "b"] });
  const failure = { code: "COMMAND_FAILED", message: "dpkg ended with 1." };
  await tell(agent, localCommandOf(["a"], "FAILED", { state: "FAILED", failure }));
  expect(await stateOf(agent, "a")).toBe("FAILED");
  const lie = localCommandOf(["b"], "FAILED");
  await tell(agent, lie);
  expect(await rowOf(lie)).toMatchObject({ state: "FAILED", failure_code: "COMMAND_FAILED" });
});

test("nobody passes for an operator, takes another's command, or acts in the future", async () => {
  const [one, other] = [await fleet.enrol({ packages: ["a"] }), await fleet.enrol({ packages: ["a"] })];
  const tomorrow = new Date(Date.now() + DAY);
  const told = localCommandOf(["a"], "SUCCEEDED", { startedBy: "alice\0", finishedAt: tomorrow });
  await tell(one, told);
  const row = await rowOf(told);
  expect(row?.["requested_by"]).toBe("alice at the machine");
  expect(Number(row?.["finished_at"])).toBeLessThan(tomorrow.getTime());
  await expect(tell(other, told)).rejects.toMatchObject({ code: "CONFLICT" });
  const {
    ids: [id],
  } = await startScan(fleet.parts, alice, { agentIds: [one.id], refresh: true });
  await expect(
    tell(one, localCommandOf(["a"], "SUCCEEDED", { commandId: `cmd_${id}` })),
  ).rejects.toMatchObject({
    code: "CONFLICT",
  });
  expect(await stateOf(other, "a")).toBe("PENDING");
});

test("a machine whose clock is ahead is judged by scans of its own clock", async () => {
  const agent = await fleet.enrol({ packages: ["a"] });
  const finishedAt = new Date(Date.now() + DAY);
  await tell(agent, localCommandOf(["a"], "SUCCEEDED", { startedAt: finishedAt, finishedAt }));
  const scan = async (scanNumber: number, startedAt: Date) => {
    const items = [itemOf("a", "2")];
    const report = reportOf(scanNumber, { items, startedAt, finishedAt: startedAt });
    await recordScan(fleet.parts, agent.caller, readReport(report));
  };
  await scan(2, new Date(finishedAt.getTime() - 60_000));
  expect(await stateOf(agent, "a")).toBe("INSTALLED");
  await scan(3, new Date(finishedAt.getTime() + 60_000));
  expect(await stateOf(agent, "a")).toBe("FAILED");
});

const line = { sequence: 1, occurredAt: weekAgo, text: "x" };

const reversibility = { level: "NOT" as const, reasons: [] };
test.each<[string, Partial<LocalCommandInput>, string]>([
  ["another type", { type: "SCAN" }, "type"],
  ["a rollback of nothing", { type: "ROLLBACK" }, "rollsBack"],
  ["an install that takes back", { rollsBack: `cmd_${uuidv7()}` }, "rollsBack"],
  ["an id that is no UUIDv7", { commandId: "cmd_01930000-0000-4000-8000-000000000000" }, "commandId"],
  ["an update's id", { commandId: `upd_${uuidv7()}` }, "commandId"],
  ["a state that is no end", { state: "RUNNING" }, "state"],
  ["a failure without reason", { state: "FAILED" }, "failure"],
  ["a source's odd name", { source: "APT; rm" }, "source"],
  ["too many lines", { lines: Array.from({ length: 501 }, () => line) }, "lines"],
  [
    "too many updates",
    { wanted: Array.from({ length: 10_001 }, () => ({ key: "a", candidateVersion: "1" })) },
    "wanted",
  ],
  ["a key with a line end", { wanted: [{ key: "a\n", candidateVersion: "1" }] }, "wanted"],
  ["a time that no database holds", { requestedAt: new Date("0000-01-01T00:00:00Z") }, "requestedAt"],
  ["an end of another age", { finishedAt: new Date("9999-12-31T00:00:00Z") }, "finishedAt"],
  ["a line of another age", { lines: [{ ...line, occurredAt: new Date("1969-12-31T00:00:00Z") }] }, "lines"],
  [
    "a rollback with a way back",
    { type: "ROLLBACK", rollsBack: `cmd_${uuidv7()}`, reversibility },
    "reversibility",
  ],
  ["a receipt beyond 1 MiB", { receipt: "x".repeat(1024 * 1024 + 1) }, "receipt"],
])("%s is refused and named", (_, more, place) => {
  const read = () => readLocalCommand(localCommandOf(["a"], "SUCCEEDED", more));
  expect(read).toThrow(expect.objectContaining({ path: expect.arrayContaining([place]) }));
});
