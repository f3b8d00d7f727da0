import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { inTransaction } from "../database/unit-of-work.js";
import { createTestDatabase, type TestDatabase } from "../testing/database.js";
import { createTestEventLog } from "../testing/event-log.js";
import { createToyTables, toyEvents } from "../testing/toy-noun.js";
import { systemActor, type NewEvent } from "./event.js";
import { defineEvent, defineEvents, Projectors } from "./projector.js";
import { rebuild } from "./rebuild.js";
import { IncompleteLogError } from "./replay.js";
import { verify } from "./verify.js";
import * as v from "valibot";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let database: TestDatabase;
const { log, projectors } = createTestEventLog([toyEvents]);

beforeAll(async () => {
  database = await createTestDatabase();
  await createToyTables(database);
});
afterAll(() => database.drop());

const append = (stream: string, events: NewEvent[]) =>
  inTransaction(database, (tx) => log.append(tx, stream, events, systemActor));

const state = async () => ({
  boxes: await database.query("select * from boxes order by id"),
  things: await database.query("select * from things order by box, name"),
});

/** Refused steps (a label taken, a thing twice) leave nothing behind, like refused verbs. */
const step = fc.oneof(
  fc.record({
    box: fc.nat(4),
    kind: fc.constant("label" as const),
    value: fc.constantFrom("a", "b", "ü'\"\\", ""),
  }),
  fc.record({ box: fc.nat(4), kind: fc.constant("add" as const), value: fc.constantFrom("x", "y", "z") }),
  fc.record({ box: fc.nat(4), kind: fc.constant("remove" as const), value: fc.constantFrom("x", "y", "z") }),
);

test("after any history, state equals its replay and rebuilding changes nothing", async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      round += 1;
      const made = new Set<string>();
      for (const { box, kind, value } of steps) {
        const stream = `box:${round}-${box}`;
        const events: NewEvent[] = made.has(stream) ? [] : [toyEvents.of("box.made", { label: stream })];
        if (kind === "label") events.push(toyEvents.of("box.relabelled", { label: `${round}${value}` }));
        if (kind === "add") events.push(toyEvents.of("thing.added", { name: value, tags: [value] }));
        if (kind === "remove") events.push(toyEvents.of("thing.removed", { name: value }));
        await append(stream, events).then(
          () => made.add(stream),
          (error: unknown) => expect(error).toMatchObject({ code: "23505" }),
        );
      }
      expect((await verify(database, projectors)).differences).toEqual([]);
      const before = await state();
      const report = await rebuild(database, projectors);
      expect(report.tables).toEqual([
        { table: "boxes", removed: 0, written: 0 },
        { table: "things", removed: 0, written: 0 },
      ]);
      expect(await state()).toEqual(before);
    }),
    { numRuns: 15 },
  );
});

test("labels that wander between streams are replayed in the order of time", async () => {
  await append("box:swap-b", [toyEvents.of("box.made", { label: "wanted" })]);
  await append("box:swap-a", [toyEvents.of("box.made", { label: "other" })]);
  await append("box:swap-b", [toyEvents.of("box.relabelled", { label: "given up" })]);
  await append("box:swap-a", [toyEvents.of("box.relabelled", { label: "wanted" })]);
  expect((await verify(database, projectors)).differences).toEqual([]);
});

test("damage is reported row by row and mended, and presence survives", async () => {
  await append("box:d1", [
    toyEvents.of("box.made", { label: "d1" }),
    toyEvents.of("thing.added", { name: "n", tags: [] }),
  ]);
  await append("box:d2", [toyEvents.of("box.made", { label: "d2" })]);
  await database.query("insert into box_presence values ('box:d1', 7)");
  const right = await state();
  await database.query("update boxes set label = 'wrong' where id = 'box:d1'");
  await database.query("delete from boxes where id = 'box:d2'");
  await database.query(
    "insert into boxes (id, label, things, changed_at) values ('box:ghost', 'ghost', 0, now())",
  );
  await database.query("delete from things where box = 'box:d1'");

  const { differences } = await verify(database, projectors);
  expect(differences.map(({ table, onlyInState, onlyInLog }) => [table, onlyInState, onlyInLog])).toEqual([
    ["boxes", 2, 2],
    ["things", 0, 1],
  ]);
  expect(differences[1]!.examples).toEqual([{ onlyIn: "log", row: { box: "box:d1", name: "n", tags: [] } }]);

  const report = await rebuild(database, projectors);
  expect(report.tables).toEqual([
    { table: "boxes", removed: 1, written: 2 },
    { table: "things", removed: 0, written: 1 },
  ]);
  expect(await state()).toEqual(right);
  expect(await database.query("select seen from box_presence where box = 'box:d1'")).toEqual([{ seen: 7 }]);
  expect((await verify(database, projectors)).differences).toEqual([]);
});

test("appending waits for a rebuild and nothing is lost", async () => {
  await append("box:busy", [toyEvents.of("box.made", { label: "busy" })]);
  const adding = Array.from({ length: 40 }, (_, index) =>
    append("box:busy", [toyEvents.of("thing.added", { name: `n${index}`, tags: [] })]),
  );
  await Promise.all([...adding, rebuild(database, projectors), verify(database, projectors)]);
  expect(await database.query("select things from boxes where id = 'box:busy'")).toEqual([{ things: 40 }]);
  expect((await verify(database, projectors)).differences).toEqual([]);
});

test("a projector that leaves its tables is found out, and nothing is changed", async () => {
  const stray = defineEvents(
    {
      "box.seen": defineEvent(v.strictObject({}), async (sql, event) => {
        await sql.query("insert into box_presence values ($1, 1) on conflict do nothing", [event.stream]);
      }),
    },
    { tables: [] },
  );
  await using own = await createTestDatabase();
  await createToyTables(own);
  const mixed = createTestEventLog([toyEvents, stray]);
  await inTransaction(own, (tx) =>
    mixed.log.append(
      tx,
      "box:s",
      [toyEvents.of("box.made", { label: "s" }), stray.of("box.seen", {})],
      systemActor,
    ),
  );
  await expect(verify(own, mixed.projectors)).rejects.toThrow(
    /Event 2 of box:s \(box.seen\) cannot be replayed/,
  );
  expect(await own.query("select current_schema() as schema")).toEqual([{ schema: "public" }]);
});

test("an incomplete log and an unknown event type are errors", async () => {
  await using own = await createTestDatabase();
  await createToyTables(own);
  const events = [toyEvents.of("box.made", { label: "s" }), toyEvents.of("box.relabelled", { label: "t" })];
  await inTransaction(own, (tx) => log.append(tx, "box:s", events, systemActor));
  await expect(verify(own, new Projectors([]))).rejects.toThrow(/"box.made" is not known/);
  await inTransaction(own, async (tx) => {
    await tx.query("set local redflag.retention = 'on'");
    await tx.query("delete from events where sequence = 1");
  });
  await expect(verify(own, projectors)).rejects.toThrow(IncompleteLogError);
  await expect(rebuild(own, projectors)).rejects.toMatchObject({ streams: ["box:s"] });
});
