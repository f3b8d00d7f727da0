import { afterAll, beforeAll, expect, test } from "vitest";
import { claimCommands } from "./claim-commands.js";
import { findCommands } from "./commands.sql.js";
import { readResult } from "./read-result.js";
import { reportResult } from "./report-result.js";
import { startScan } from "./start-scan.js";
import { resultOf } from "./testing/agent-words.js";
import { alice, createFleet, type Fleet } from "./testing/fleet.js";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await createFleet();
});
afterAll(() => fleet.drop());

const item = { key: "curl", name: "curl", outcome: "FAILED" as const };

test.each([
  ["ends inside a character where it is cut", `${"x".repeat(3999)}😀`],
  ["holds half a character and NUL", "a\ud800\0b"],
])("words that PostgreSQL would refuse do not keep a result from being stored: it %s", async (_, message) => {
  const agent = await fleet.enrol();
  await startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
  const [command] = await claimCommands(fleet.parts, agent.caller, 1);
  const failure = { code: "COMMAND_FAILED", message };
  const result = resultOf(command!, { state: "FAILED", failure, items: [{ ...item, message }] });
  expect(await reportResult(fleet.parts, agent.caller, result)).toBe(true);
  expect((await findCommands(fleet.database, [command!.id]))[0]?.state).toBe("FAILED");
});

test.each(["cu\ud800rl", "cu\0rl", "cu\nrl", "", "x".repeat(1001)])(
  "a name is kept exactly or refused: %j",
  (name) => {
    const input = {
      commandId: "cmd_01930000-0000-7000-8000-000000000000",
      attempt: 1,
      finishedAt: new Date(),
    };
    const read = () => readResult({ ...input, state: "SUCCEEDED", items: [{ ...item, name }] });
    expect(read).toThrow(expect.objectContaining({ code: "INVALID", path: ["input", "items", "0", "name"] }));
  },
);
