import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { defaultInventorySettings } from "./agents/inventory-settings.js";
import { compose } from "./compose.js";
import { defineEvents } from "./events/projector.js";
import type { ApiModule, BackgroundJob } from "./module.js";
import { createTestDatabase, type TestDatabase } from "./testing/database.js";
import { silentLog } from "./testing/silent-log.js";

const composeOf = (database: TestDatabase, changes: Partial<ApiModule>) => {
  const module: ApiModule = {
    name: "toys",
    entities: [],
    events: defineEvents({}, { tables: [] }),
    resolvers: [],
    nodes: {},
    register: () => {},
    ...changes,
  };
  const [log, random] = [silentLog, randomBytes];
  return compose({
    database,
    modules: [module],
    log,
    clock: Date.now,
    random,
    inventory: defaultInventorySettings,
  });
};
const wakeConnections = (database: TestDatabase) =>
  database.query(
    "select 1 from pg_stat_activity where datname = current_database() and application_name = 'redflag-wake'",
  );

test("when a module cannot be joined, nothing stays open", async () => {
  await using database = await createTestDatabase();
  const register = () => {
    throw new Error("No.");
  };
  await expect(composeOf(database, { register })).rejects.toThrow("No.");
  // Long enough for a connection that was left to itself to be made.
  await delay(500);
  expect(await wakeConnections(database)).toEqual([]);
});

test("a job that does not end keeps nothing else from ending, and is told of", async () => {
  await using database = await createTestDatabase();
  const ended: string[] = [];
  const job = (name: string, stop: () => void = () => {}): BackgroundJob => ({
    name,
    start: () => {},
    stop: () => {
      ended.push(name);
      stop();
    },
  });
  const stuck = job("second", () => {
    throw new Error("The second job is stuck.");
  });
  const services = await composeOf(database, { background: () => [job("first"), stuck, job("third")] });
  await expect.poll(() => wakeConnections(database)).toHaveLength(1);
  await expect(services.stop()).rejects.toThrow("The second job is stuck.");
  expect(ended).toEqual(["third", "second", "first"]);
  await expect.poll(() => wakeConnections(database)).toEqual([]);
});
