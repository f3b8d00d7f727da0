import { afterAll, beforeAll, expect, test } from "vitest";
import { claimCommands, type ClaimedCommand } from "./claim-commands.js";
import { readOutput } from "./output.sql.js";
import type { OutputLine } from "./progress.sql.js";
import { reportProgress, type ProgressInput } from "./report-progress.js";
import { reportResult } from "./report-result.js";
import { startScan } from "./start-scan.js";
import { eventTypes, resultOf } from "./testing/agent-words.js";
import { alice, createFleet, type EnrolledAgent, type Fleet } from "./testing/fleet.js";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await createFleet();
});
afterAll(() => fleet.drop());

async function handOver(agent: EnrolledAgent): Promise<ClaimedCommand> {
  await startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
  const [command] = await claimCommands(fleet.parts, agent.caller, 1);
  return command!;
}

const line = (sequence: number, text = `line ${sequence}`): OutputLine => ({
  sequence,
  occurredAt: new Date(0),
  text,
});

const report = (agent: EnrolledAgent, command: ClaimedCommand, more: Partial<ProgressInput> = {}) =>
  reportProgress(
    fleet.parts,
    agent.caller,
    { commandId: `cmd_${command.id}`, attempt: command.attempt, lines: [], ...more },
    () => {},
  );

const texts = async (command: ClaimedCommand) =>
  (await readOutput(fleet.database, { commandId: command.id, after: 0, first: 1000 })).map(
    ({ text }) => text,
  );

test("the first report says that it began, whoever else says so at once", async () => {
  const agent = await fleet.enrol();
  const command = await handOver(agent);
  await Promise.all(Array.from({ length: 5 }, () => report(agent, command)));
  const started = (await eventTypes(fleet, agent)).filter((type) => type === "command.started");
  expect(started).toHaveLength(1);
});

test("N5 lines that were sent before are ignored, in whatever mixture they come", async () => {
  const agent = await fleet.enrol();
  const command = await handOver(agent);
  await report(agent, command, { lines: [line(1), line(2)] });
  await Promise.all([
    report(agent, command, { lines: [line(2, "again"), line(3)] }),
    report(agent, command, { lines: [line(2, "again"), line(3)] }),
  ]);
  await report(agent, command, { lines: [line(4), line(4, "twice")] });
  const lines = await texts(command);
  expect(lines.slice(0, 3)).toEqual(["line 1", "line 2", "line 3"]);
  expect(lines).toHaveLength(4);
});

test("progress that is not told again stays, and a cancel is heard", async () => {
  const agent = await fleet.enrol();
  const command = await handOver(agent);
  const progress = { phase: "download", percent: 12.5, itemName: "curl", isCancellable: true };
  await report(agent, command, { progress });
  await report(agent, command, { lines: [line(1)] });
  const [row] = await fleet.database.query(
    `select phase, percent, item_name as "itemName", is_cancellable as "isCancellable"
     from command_progress where command_id = $1`,
    [command.id],
  );
  expect(row).toEqual(progress);
});

test("B7 output beyond ten mebibytes is dropped, and one line says so", async () => {
  const agent = await fleet.enrol();
  const command = await handOver(agent);
  const long = "x".repeat(5000);
  for (let batch = 0; batch < 6; batch += 1) {
    const lines = Array.from({ length: 500 }, (_, index) => line(1 + batch * 500 + index, long));
    await report(agent, command, { lines });
  }
  const [row] = await fleet.database.query<{ lines: number; longest: number; bytes: number; last: string }>(
    `select count(*) as lines, max(length(text)) as longest, sum(octet_length(text))::int8 as bytes,
       (select text from command_output where command_id = $1 order by sequence desc limit 1) as last
     from command_output where command_id = $1`,
    [command.id],
  );
  expect(row?.longest).toBe(4000);
  expect(row?.lines).toBe(Math.floor((10 * 1024 * 1024) / 4000) + 1);
  expect(row?.last).toContain("is not kept");
});

test("B7 output beyond a hundred thousand lines is dropped, and one line says so", async () => {
  const agent = await fleet.enrol();
  const command = await handOver(agent);
  await report(agent, command, { lines: [line(99_999), line(100_000), line(100_001), line(100_002)] });
  await report(agent, command, { lines: [line(100_003)] });
  const lines = await texts(command);
  expect(lines).toEqual(["line 99999", "line 100000", expect.stringContaining("is not kept")]);
});

test("NUL is stripped and wrong counts are refused", async () => {
  const agent = await fleet.enrol();
  const command = await handOver(agent);
  await report(agent, command, { lines: [line(1, "a\0b\ud800")] });
  expect(await texts(command)).toEqual(["ab\ufffd"]);
  await expect(report(agent, command, { lines: [line(0)] })).rejects.toMatchObject({ code: "INVALID" });
  const many = Array.from({ length: 501 }, (_, index) => line(index + 1));
  await expect(report(agent, command, { lines: many })).rejects.toMatchObject({ limit: 500 });
  const progress = { phase: "x", percent: 101, isCancellable: false };
  await expect(report(agent, command, { progress })).rejects.toMatchObject({ code: "INVALID" });
});

test("a report of another attempt or of an ended command is a conflict and stores nothing", async () => {
  const agent = await fleet.enrol();
  const command = await handOver(agent);
  const stale = { ...command, attempt: 2 };
  await expect(report(agent, stale, { lines: [line(1)] })).rejects.toMatchObject({ code: "CONFLICT" });
  await reportResult(fleet.parts, agent.caller, resultOf(command));
  await expect(report(agent, command, { lines: [line(1)] })).rejects.toMatchObject({ code: "CONFLICT" });
  expect(await texts(command)).toEqual([]);
});
