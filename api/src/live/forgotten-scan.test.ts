import "reflect-metadata";
import { parse, subscribe, type ExecutionResult } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { beginning, encodeCursor } from "../events/cursor.js";
import { retentionEvents } from "../retention/project-retention.js";
import { createInventory, type Inventory } from "../scans/testing/inventory.js";
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

test("a scan that is no longer kept is said to be, and those that are kept follow", async () => {
  const { caller } = await inventory.enrol();
  await inventory.report(caller, 1);
  const kept = await inventory.report(caller, 2);
  const before = new Date(Date.now() + 60_000).toISOString();
  await inventory.append(caller.id, [
    retentionEvents.of("history.forgotten", { scansBefore: before, endedBefore: null }),
  ]);
  const stream = await subscribe({
    schema: api.schema,
    document: parse(`subscription ($after: String) { scanFinished(after: $after) { scan { id } } }`),
    variableValues: { after: encodeCursor(beginning) },
    contextValue: inventory.context(),
  });
  if (!(Symbol.asyncIterator in stream)) throw stream.errors?.[0] ?? new Error("Nothing is told.");
  const told: ExecutionResult[] = [];
  for await (const event of stream) {
    told.push(event);
    if (told.length === 2) break;
  }
  expect(told[0]?.errors).toMatchObject([
    {
      extensions: { code: "BAD_USER_INPUT" },
      message: expect.stringMatching(/^The scan scan_\S+ was recorded at \S+, which is before what is kept/),
    },
  ]);
  expect(told[1]).toMatchObject({ data: { scanFinished: { scan: { id: `scan_${kept}` } } } });
});
