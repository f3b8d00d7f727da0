import { afterAll, beforeAll, expect, test } from "vitest";
import { inTransaction } from "../database/unit-of-work.js";
import { createTestDatabase, type TestDatabase } from "../testing/database.js";
import { createTestEventLog } from "../testing/event-log.js";
import { createToyTables, toyEvents } from "../testing/toy-noun.js";
import { systemActor, type RecordedEvent } from "./event.js";
import { lockStreams } from "./lock-streams.js";
import { UnknownEventError } from "./projector.js";

let database: TestDatabase;
const { log, bus } = createTestEventLog([toyEvents], () => Date.UTC(2026, 0, 2));

beforeAll(async () => {
  database = await createTestDatabase();
  await createToyTables(database);
});
afterAll(() => database.drop());

const make = (stream: string, label: string) =>
  inTransaction(database, (tx) => log.append(tx, stream, [toyEvents.of("box.made", { label })], systemActor));

test("an event and its state appear together, and the bus hears of it after commit", async () => {
  const heard: RecordedEvent[] = [];
  const stop = bus.onEvents((events) => heard.push(...events));
  const actor = { kind: "operator", id: "op_1", name: "ada" } as const;
  await inTransaction(database, async (tx) => {
    await log.append(
      tx,
      "box:first",
      [
        toyEvents.of("box.made", { label: "first" }),
        toyEvents.of("thing.added", { name: "key", tags: ["a"] }),
      ],
      actor,
    );
    expect(heard).toEqual([]);
  });
  stop();
  expect(heard.map(({ type, sequence }) => [type, sequence])).toEqual([
    ["box.made", 1],
    ["thing.added", 2],
  ]);
  expect(await database.query("select label, things, changed_at from boxes where id = 'box:first'")).toEqual([
    { label: "first", things: 1, changed_at: new Date("2026-01-02T00:00:00Z") },
  ]);
  const stored = await database.query("select * from events where stream = 'box:first' order by sequence");
  expect(stored).toMatchObject([
    {
      id: heard[0]!.id,
      sequence: 1,
      type: "box.made",
      payload: { label: "first" },
      actor,
      at: new Date("2026-01-02T00:00:00Z"),
    },
    { id: heard[1]!.id, sequence: 2, type: "thing.added", payload: { name: "key", tags: ["a"] } },
  ]);
  expect(heard[0]!.id < heard[1]!.id).toBe(true);
});

test("an unknown type, a wrong payload and a bad stream name are refused, and nothing is written", async () => {
  const tryToAppend = (stream: string, type: string, payload: unknown) =>
    inTransaction(database, (tx) => log.append(tx, stream, [{ type, payload }], systemActor));
  await expect(tryToAppend("box:bad", "box.exploded", {})).rejects.toThrow(UnknownEventError);
  await expect(tryToAppend("box:bad", "box.made", { label: 7 })).rejects.toThrow(
    /"box.made" is wrong at label/,
  );
  await expect(tryToAppend("box:bad", "box.made", undefined)).rejects.toThrow(UnknownEventError);
  await expect(tryToAppend("nonsense", "box.made", { label: "x" })).rejects.toThrow(
    /not the name of a stream/,
  );
  expect(await database.query("select 1 from events where stream in ('box:bad', 'nonsense')")).toEqual([]);
});

test("a projector that fails takes its event with it", async () => {
  await make("box:twin-a", "twin");
  await expect(make("box:twin-b", "twin")).rejects.toMatchObject({ code: "23505" });
  expect(await database.query("select 1 from events where stream = 'box:twin-b'")).toEqual([]);
  expect(await database.query("select 1 from streams where stream = 'box:twin-b'")).toEqual([]);
});

test("concurrent appends to one stream leave no gap and no double", async () => {
  await make("box:busy", "busy");
  await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      inTransaction(database, (tx) =>
        log.append(
          tx,
          "box:busy",
          [toyEvents.of("thing.added", { name: `t${index}`, tags: [] })],
          systemActor,
        ),
      ),
    ),
  );
  const rows = await database.query<{ sequence: number }>(
    "select sequence from events where stream = 'box:busy' order by sequence",
  );
  expect(rows.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 31 }, (_, index) => index + 1));
  expect(await database.query("select things from boxes where id = 'box:busy'")).toEqual([{ things: 30 }]);
});

test("the lock makes a decision about a stream exclusive", async () => {
  await make("box:limit", "limit");
  const addIfEmpty = (name: string) =>
    inTransaction(database, async (tx) => {
      await lockStreams(tx, ["box:limit"]);
      const [box] = await tx.query<{ things: number }>("select things from boxes where id = 'box:limit'");
      if (box!.things > 0) return;
      await log.append(tx, "box:limit", [toyEvents.of("thing.added", { name, tags: [] })], systemActor);
    });
  await Promise.all(Array.from({ length: 12 }, (_, index) => addIfEmpty(`t${index}`)));
  expect(await database.query("select things from boxes where id = 'box:limit'")).toEqual([{ things: 1 }]);
});

test("locks over many streams in any order never deadlock", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `box:many-${index}`);
  const before = await deadlocks();
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      inTransaction(
        database,
        async (tx) => {
          const mine = names.toSorted((a, b) => (a + index).localeCompare(b) || index % 3);
          const held = await lockStreams(tx, index % 2 ? mine : mine.toReversed());
          expect([...held.keys()].toSorted()).toEqual(names.toSorted());
        },
        { retries: 0 },
      ),
    ),
  );
  expect(await deadlocks()).toBe(before);
});

async function deadlocks(): Promise<number> {
  const [row] = await database.query<{ deadlocks: number }>(
    "select deadlocks from pg_stat_database where datname = current_database()",
  );
  return row!.deadlocks;
}

test("events are never changed, deleted or truncated, except by retention that says so", async () => {
  await make("box:kept", "kept");
  await expect(database.query("update events set type = 'x'")).rejects.toThrow(/never changed or deleted/);
  await expect(database.query("delete from events")).rejects.toThrow(/never changed or deleted/);
  await expect(database.query("truncate events")).rejects.toThrow(/never truncated/);
  await inTransaction(database, async (tx) => {
    await tx.query("set local redflag.retention = 'on'");
    await tx.query("delete from events where stream = 'box:kept'");
  });
  expect(await database.query("select 1 from events where stream = 'box:kept'")).toEqual([]);
  await expect(database.query("delete from events")).rejects.toThrow(/never changed or deleted/);
});
