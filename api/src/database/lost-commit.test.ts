import { afterAll, beforeAll, expect, test } from "vitest";
import { systemActor } from "../events/event.js";
import { createTestDatabase, type TestDatabase } from "../testing/database.js";
import { createTestEventLog } from "../testing/event-log.js";
import { startLossyProxy, type LossyProxy } from "../testing/lossy-proxy.js";
import { silentLog } from "../testing/silent-log.js";
import { createToyTables, toyEvents } from "../testing/toy-noun.js";
import { connectDatabase } from "./connect.js";
import type { Database } from "./database.js";
import { inTransaction } from "./unit-of-work.js";

let direct: TestDatabase;
let proxy: LossyProxy;
let database: Database;
const { log, bus } = createTestEventLog([toyEvents]);

beforeAll(async () => {
  direct = await createTestDatabase();
  await createToyTables(direct);
  proxy = await startLossyProxy(direct.connection);
  database = await connectDatabase({
    connection: proxy.connection,
    entities: [],
    log: silentLog,
    poolSize: 2,
  });
});
afterAll(async () => {
  await database.close();
  await proxy.close();
  await direct.drop();
});

async function makeBox(stream: string): Promise<number> {
  let runs = 0;
  await inTransaction(database, async (tx) => {
    runs += 1;
    await log.append(tx, stream, [toyEvents.of("box.made", { label: stream })], systemActor);
  });
  return runs;
}

test("a commit whose answer got lost is found out and not done twice", async () => {
  let heard = 0;
  const stop = bus.onEvents(() => (heard += 1));
  proxy.loseNextCommit("answer");
  expect(await makeBox("box:answered")).toBe(1);
  expect(heard).toBe(1);
  stop();
  expect(await direct.query("select sequence from events where stream = 'box:answered'")).toEqual([
    { sequence: 1 },
  ]);
});

test("a commit that never arrived is done again, once", async () => {
  let heard = 0;
  const stop = bus.onEvents(() => (heard += 1));
  proxy.loseNextCommit("request");
  expect(await makeBox("box:again")).toBe(2);
  expect(heard).toBe(1);
  stop();
  expect(await direct.query("select sequence from events where stream = 'box:again'")).toEqual([
    { sequence: 1 },
  ]);
});
