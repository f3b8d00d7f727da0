import { afterAll, beforeAll, expect, test } from "vitest";
import { createContext } from "../schema/context.js";
import { silentLog } from "../testing/silent-log.js";
import { claimCommands } from "./claim-commands.js";
import { outputLoader } from "./output.sql.js";
import { reportProgress } from "./report-progress.js";
import { startScan } from "./start-scan.js";
import { alice, createFleet, type Fleet } from "./testing/fleet.js";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await createFleet();
});
afterAll(() => fleet.drop());

test("one request gets the output of many commands, but not without end", async () => {
  const agent = await fleet.enrol();
  await startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
  const [command] = await claimCommands(fleet.parts, agent.caller, 1);
  const lines = ["one", "two"].map((text, index) => ({ sequence: index + 1, occurredAt: new Date(), text }));
  const report = { commandId: `cmd_${command!.id}`, attempt: 1, lines };
  await reportProgress(fleet.parts, agent.caller, report, () => {});
  const { database } = fleet;
  const request = { requestId: "test", caller: alice, database, log: silentLog, address: "" };
  const { loader } = createContext({ ...request, signal: new AbortController().signal });
  const read = (first: number) => loader(outputLoader).load({ commandId: command!.id, after: null, first });

  const answers = await Promise.all(Array.from({ length: 19 }, () => read(1000)));
  expect(answers.map((answer) => answer.map(({ text }) => text))).toEqual(
    Array.from({ length: 19 }, () => ["one", "two"]),
  );
  expect(await read(1000)).toHaveLength(2);
  await expect(read(1)).rejects.toMatchObject({ extensions: { code: "TOO_COMPLEX" } });
});
