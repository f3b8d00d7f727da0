import "reflect-metadata";
import { graphql, type GraphQLSchema } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createInventory, restartOf, type Inventory } from "./testing/inventory.js";
import { openSchema } from "./testing/inventory-schema.js";

let inventory: Inventory;
let api: Awaited<ReturnType<typeof openSchema>>;
let schema: GraphQLSchema;

beforeAll(async () => {
  inventory = await createInventory();
  api = await openSchema(inventory);
  ({ schema } = api);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await inventory[Symbol.asyncDispose]();
});

async function run<T>(source: string, variableValues: Record<string, unknown>): Promise<T> {
  const result = await graphql({ schema, source, variableValues, contextValue: inventory.context() });
  if (result.errors) throw result.errors[0]!;
  return result.data as T;
}

test("what must restart is read with its packages, is null where nobody looked, and its updates are counted", async () => {
  const { caller } = await inventory.enrol({ hostname: "restarts" });
  const ofAgent = async () => {
    const source = `query ($id: ID!) { agent(id: $id) { updateCounts { restartNeeded } pendingRestarts {
      source kind name packages reason } } }`;
    const data = await run<{ agent: { pendingRestarts: unknown; updateCounts: unknown } }>(source, {
      id: `agent_${caller.id}`,
    });
    return data.agent;
  };
  await inventory.report(caller, 1, { items: [] });
  expect(await ofAgent()).toEqual({ pendingRestarts: null, updateCounts: { restartNeeded: 0 } });
  await inventory.report(caller, 2, { items: [], pendingRestarts: [] });
  await inventory.report(caller, 1, { source: "snap", pendingRestarts: null });
  expect(await ofAgent()).toMatchObject({ pendingRestarts: [] });
  await inventory.report(caller, 3, { items: [], pendingRestarts: [restartOf("curl")] });
  const told = {
    source: "apt",
    kind: "SERVICE",
    name: "curl.service",
    packages: ["curl:amd64"],
    reason: "curl runs old code.",
  };
  expect(await ofAgent()).toMatchObject({ pendingRestarts: [told] });
  await inventory.report(caller, 4, { status: "FAILED", pendingRestarts: [] });
  expect(await ofAgent()).toMatchObject({ pendingRestarts: [told] });
  const filter = { states: ["RESTART_NEEDED"] };
  const data = await run<{ updates: { totalCount: number } }>(
    "query ($filter: UpdateFilter) { updates(filter: $filter) { totalCount } }",
    { filter },
  );
  expect(data.updates.totalCount).toBe(0);
});
