import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgram } from "../testing/run-program.js";
import { claimCommands } from "./claim-commands.js";
import { findCommands } from "./commands.sql.js";
import { startScan } from "./start-scan.js";
import { sweepCommands } from "./sweep-commands.js";
import { eventTypes } from "./testing/agent-words.js";
import { alice, createFleet, type EnrolledAgent, type Fleet } from "./testing/fleet.js";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await createFleet();
});
afterAll(() => fleet.drop());

const claimAndDie = async (agent: EnrolledAgent, when: "before" | "after"): Promise<void> => {
  const connection = JSON.stringify(fleet.database.connection);
  const { ended } = runProgram("claim-and-die", [connection, agent.caller.id, when]);
  const { exitCode, errors } = await ended;
  expect([exitCode, errors]).toEqual([null, ""]);
};

test("D5 a server killed between claim and reply: the lease runs out, and the command is handed over once more", async () => {
  const agent = await fleet.enrol();
  const { ids } = await startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
  await claimAndDie(agent, "after");
  expect(await claimCommands(fleet.parts, agent.caller, 10)).toEqual([]);
  await fleet.database.query("update command_leases set expires_at = now() where command_id = $1", [ids[0]]);
  await sweepCommands(fleet.parts);
  const again = await claimCommands(fleet.parts, agent.caller, 10);
  expect(again.map(({ id, attempt }) => ({ id, attempt }))).toEqual([{ id: ids[0], attempt: 2 }]);
  expect(await claimCommands(fleet.parts, agent.caller, 10)).toEqual([]);
}, 30_000);

test("D7 a server killed before it commits a claim: nothing happened, and the next claim is the first", async () => {
  const agent = await fleet.enrol();
  const { ids } = await startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
  await claimAndDie(agent, "before");
  expect(await eventTypes(fleet, agent)).toEqual(["command.queued"]);
  const [command] = await claimCommands(fleet.parts, agent.caller, 10);
  expect([command?.id, command?.attempt]).toEqual([ids[0], 1]);
  expect((await findCommands(fleet.database, ids))[0]?.state).toBe("CLAIMED");
}, 30_000);
