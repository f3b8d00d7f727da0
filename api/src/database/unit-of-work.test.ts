import { defineEntity, p } from "@mikro-orm/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.js";
import type { Tx } from "./sql.js";
import { inTransaction } from "./unit-of-work.js";

const NoteSchema = defineEntity({
  name: "Note",
  tableName: "notes",
  properties: { id: p.integer().primary(), text: p.string() },
});
class Note extends NoteSchema.class {}
NoteSchema.setClass(Note);

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ entities: [Note], poolSize: 2 });
  await database.query("create table notes (id int primary key, text text not null)");
});
afterAll(() => database.drop());

const backend = async (tx: Tx) =>
  (
    await tx.query<{ pid: number; xid: string }>(
      "select pg_backend_pid() as pid, pg_current_xact_id() as xid",
    )
  )[0]!;

const killBackend = async (pid: number) => {
  await database.query("select pg_terminate_backend($1)", [pid]);
};

test("raw SQL and the entity manager share one transaction", async () => {
  await inTransaction(database, async (tx) => {
    tx.em.create(Note, { id: 1, text: "by the entity manager" });
    await tx.em.flush();
    expect(await tx.query("select text from notes where id = $1", [1])).toEqual([
      { text: "by the entity manager" },
    ]);
    await tx.query("insert into notes values ($1, $2)", [2, "by raw SQL"], "notes.insert");
    expect(await tx.em.findOneOrFail(Note, 2)).toMatchObject({ text: "by raw SQL" });
    expect(await database.query("select * from notes")).toEqual([]);
  });
  expect(await database.query("select id from notes order by id")).toEqual([{ id: 1 }, { id: 2 }]);
});

test("both are rolled back by what the function throws, and the error comes through", async () => {
  const attempt = inTransaction(database, async (tx) => {
    tx.em.create(Note, { id: 10, text: "lost" });
    await tx.em.flush();
    await tx.query("insert into notes values (11, 'lost')");
    throw new TypeError("the verb said no");
  });
  await expect(attempt).rejects.toThrow("the verb said no");
  expect(await database.query("select id from notes where id in (10, 11)")).toEqual([]);
});

test("entities that were not flushed are flushed before commit", async () => {
  await inTransaction(database, async (tx) => {
    tx.em.create(Note, { id: 20, text: "flushed" });
  });
  expect(await database.fork().findOne(Note, 20)).toMatchObject({ text: "flushed" });
});

test("named statements are prepared once per connection", async () => {
  await inTransaction(database, async (tx) => {
    await tx.query("select $1::int as n", [1], "test.named");
    expect(await tx.query("select $1::int as n", [2], "test.named")).toEqual([{ n: 2 }]);
    const prepared = await tx.query("select name from pg_prepared_statements where name = 'test.named'");
    expect(prepared).toEqual([{ name: "test.named" }]);
  });
});

test("columns come as dates, numbers and parsed JSON", async () => {
  const rows = await database.query(
    "select 9007199254740991::int8 as big, '2026-01-02T03:04:05.678Z'::timestamptz as at, '[1]'::jsonb as list, '2026-01-02'::date as day",
  );
  expect(rows).toEqual([
    { big: 9007199254740991, at: new Date("2026-01-02T03:04:05.678Z"), list: [1], day: "2026-01-02" },
  ]);
  await expect(database.query("select 9007199254740993::int8")).rejects.toThrow(/too large/);
});

test("a deadlock is run again until both are done", async () => {
  await database.query("insert into notes values (30, 'a'), (31, 'b')");
  const gate = Promise.withResolvers<void>();
  let waiting = 0;
  const cross = (first: number, second: number) =>
    inTransaction(database, async (tx) => {
      await tx.query("update notes set text = text || 'x' where id = $1", [first]);
      waiting += 1;
      if (waiting === 2) gate.resolve();
      await gate.promise;
      await tx.query("update notes set text = text || 'y' where id = $1", [second]);
    });
  await Promise.all([cross(30, 31), cross(31, 30)]);
  const rows = await database.query<{ text: string }>("select text from notes where id in (30, 31)");
  expect(rows.map(({ text }) => text.length)).toEqual([3, 3]);
});

test("a serialization failure is run again", async () => {
  await database.query("insert into notes values (40, '0')");
  const gate = Promise.withResolvers<void>();
  let waiting = 0;
  const add = () =>
    inTransaction(
      database,
      async (tx) => {
        const [note] = await tx.query<{ text: string }>("select text from notes where id = 40");
        waiting += 1;
        if (waiting === 2) gate.resolve();
        await gate.promise;
        await tx.query("update notes set text = $1 where id = 40", [String(Number(note!.text) + 1)]);
      },
      { isolation: "serializable" },
    );
  await Promise.all([add(), add()]);
  expect(await database.query("select text from notes where id = 40")).toEqual([{ text: "2" }]);
});

test("a killed connection is replaced and the function run again, without draining the pool", async () => {
  for (let round = 0; round < 6; round += 1) {
    let runs = 0;
    await inTransaction(database, async (tx) => {
      runs += 1;
      await tx.query("insert into notes values ($1, 'again')", [50 + round]);
      if (runs === 1) await killBackend((await backend(tx)).pid);
      await tx.query("select 1");
    });
    expect(runs).toBe(2);
  }
  const rows = await database.query("select id from notes where text = 'again'");
  expect(rows).toHaveLength(6);
});

test("what is declared unsafe to run twice runs once", async () => {
  let runs = 0;
  const attempt = inTransaction(
    database,
    async (tx) => {
      runs += 1;
      await killBackend((await backend(tx)).pid);
      await tx.query("select 1");
    },
    { retries: 0 },
  );
  await expect(attempt).rejects.toThrow(/terminat|connection error/);
  expect(runs).toBe(1);
});

test("a constraint violation is not run again", async () => {
  let runs = 0;
  const attempt = inTransaction(database, async (tx) => {
    runs += 1;
    await tx.query("insert into notes values (1, 'twice')");
  });
  await expect(attempt).rejects.toMatchObject({ code: "23505" });
  expect(runs).toBe(1);
});

test("work after commit runs once, only after a commit, and may fail", async () => {
  const done: string[] = [];
  await inTransaction(database, async (tx) => {
    tx.afterCommit(() => {
      throw new Error("listener failed");
    });
    tx.afterCommit(() => done.push("committed"));
    expect(done).toEqual([]);
  });
  await inTransaction(database, async (tx) => {
    tx.afterCommit(() => done.push("never"));
    throw new Error("no");
  }).catch(() => {});
  expect(done).toEqual(["committed"]);
});
