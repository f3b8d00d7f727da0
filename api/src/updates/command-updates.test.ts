import "reflect-metadata";
import { graphql } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLocalCommand } from "../commands/read-local-command.js";
import { reportLocalCommand } from "../commands/report-local-command.js";
import { localCommandOf } from "../commands/testing/agent-words.js";
import { plansOfCommands } from "../plans/settle-plan.js";
import { createInventory, itemOf, type Inventory } from "../scans/testing/inventory.js";
import { openSchema } from "../scans/testing/inventory-schema.js";

let inventory: Inventory;
let api: Awaited<ReturnType<typeof openSchema>>;

beforeAll(async () => {
  inventory = await createInventory();
  api = await openSchema(inventory);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await inventory[Symbol.asyncDispose]();
});

async function ask(id: string): Promise<unknown> {
  const source = `query ($id: ID!) { command(id: $id) {
    isLocal plan { id } reversibility { level reasons } rolledBackBy { id }
    updates { name state command { id } } } }`;
  const { schema } = api;
  const contextValue = inventory.context();
  const { data, errors } = await graphql({ schema, source, variableValues: { id }, contextValue });
  expect(errors).toBeUndefined();
  return data?.["command"];
}

test("what was installed at the machine leads to its updates and they to it, with the way back that its plan told", async () => {
  const { caller } = await inventory.enrol();
  const parts = { ...inventory.parts, plans: plansOfCommands };
  const tell = (told: ReturnType<typeof localCommandOf>) =>
    reportLocalCommand(parts, caller, readLocalCommand(told));
  await inventory.report(caller, 1, { items: [itemOf("curl", "2"), itemOf("bash", "2")] });
  const reversibility = { level: "PARTLY" as const, reasons: ["Its data stays."] };
  const install = localCommandOf(["curl"], "SUCCEEDED", { reversibility });
  await tell(install);
  expect(await ask(install.commandId)).toEqual({
    isLocal: true,
    plan: null,
    reversibility,
    rolledBackBy: null,
    updates: [{ name: "curl", state: "INSTALLED", command: { id: install.commandId } }],
  });
  const items = [
    { key: "curl:amd64", name: "curl", outcome: "SUCCEEDED" as const, fromVersion: "2", toVersion: "1" },
  ];
  const back = localCommandOf([], "SUCCEEDED", { type: "ROLLBACK", rollsBack: install.commandId, items });
  await tell(back);
  expect(await ask(back.commandId)).toMatchObject({
    reversibility: null,
    updates: [{ name: "curl", state: "ROLLED_BACK", command: { id: install.commandId } }],
  });
  expect(await ask(install.commandId)).toMatchObject({ rolledBackBy: { id: back.commandId } });
});
