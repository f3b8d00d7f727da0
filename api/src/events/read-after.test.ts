import * as fc from "fast-check";
import type { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { inTransaction } from "../database/unit-of-work.js";
import { createTestDatabase, type TestDatabase } from "../testing/database.js";
import { createTestEventLog } from "../testing/event-log.js";
import { createToyTables, toyEvents } from "../testing/toy-noun.js";
import { beginning, compareCursors, decodeCursor, encodeCursor, type Cursor } from "./cursor.js";
import { systemActor } from "./event.js";
import { readAfter, readPosition } from "./read-after.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let database: TestDatabase;
let clients: Client[];
const { log } = createTestEventLog([toyEvents]);

beforeAll(async () => {
  database = await createTestDatabase();
  await createToyTables(database);
  clients = await Promise.all(Array.from({ length: 4 }, () => database.openClient()));
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await database.drop();
});

/** Reads everything that can be read behind a cursor, in small pages. */
async function readOn(from: Cursor): Promise<{ ids: string[]; cursor: Cursor; heldBack: boolean }> {
  const ids: string[] = [];
  for (let cursor = from; ;) {
    const page = await readAfter(database, cursor, 3);
    ids.push(...page.events.map(({ id }) => id));
    cursor = page.events.at(-1)?.cursor ?? cursor;
    if (!page.hasMore) return { ids, cursor, heldBack: page.heldBack };
  }
}

const insert = (client: Client, stream: string, sequence: number) =>
  client.query<{ id: string }>(
    "insert into events (id, stream, sequence, type, payload, actor) values (gen_random_uuid(), $1, $2, 't', '{}', '{}') returning id",
    [stream, sequence],
  );

/** The moves of four sessions: begin, write, commit or roll back, and reading in between. */
const move = fc.record({
  session: fc.nat(3),
  action: fc.constantFrom("write", "write", "commit", "rollback", "read"),
});

test("a reader sees every committed event exactly once, however transactions overlap", async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 5, maxLength: 60 }), async (moves) => {
      round += 1;
      let sequence = 0;
      let cursor = await readPosition(database);
      const open: (string[] | undefined)[] = clients.map(() => undefined);
      const committed: string[] = [];
      const seen: string[] = [];
      const end = async (session: number, how: "commit" | "rollback") => {
        const written = open[session];
        if (!written) return;
        open[session] = undefined;
        await clients[session]!.query(how);
        if (how === "commit") committed.push(...written);
      };
      const read = async () => {
        const step = await readOn(cursor);
        cursor = step.cursor;
        seen.push(...step.ids);
        return step.heldBack;
      };
      for (const { session, action } of moves) {
        if (action === "read") await read();
        else if (action === "write") {
          if (!open[session]) await clients[session]!.query("begin");
          const result = await insert(clients[session]!, `round:${round}`, (sequence += 1));
          open[session] = [...(open[session] ?? []), result.rows[0]!.id];
        } else await end(session, action);
      }
      for (const session of open.keys()) await end(session, "commit");
      // Other test files share the server and may hold transactions open for a moment.
      await expect.poll(async () => (await read(), seen.toSorted())).toEqual(committed.toSorted());
      expect(new Set(seen).size).toBe(seen.length);
    }),
    { numRuns: 30 },
  );
});

test("events behind an older open transaction are held back, and it is said", async () => {
  const [slow, quick] = clients as [Client, Client];
  const start = await readPosition(database);
  await slow.query("begin");
  await insert(slow, "held:slow", 1);
  await insert(quick, "held:quick", 1);
  const during = await readOn(start);
  expect(during).toMatchObject({ ids: [], heldBack: true });
  await slow.query("commit");
  await expect.poll(async () => (await readOn(start)).ids).toHaveLength(2);
});

test("appended events come with what is needed to continue behind them", async () => {
  const start = await readPosition(database);
  await inTransaction(database, (tx) =>
    log.append(
      tx,
      "box:r",
      [toyEvents.of("box.made", { label: "r" }), toyEvents.of("box.relabelled", { label: "s" })],
      systemActor,
    ),
  );
  await expect.poll(async () => (await readAfter(database, start)).events).toHaveLength(2);
  const { events } = await readAfter(database, start);
  expect(events.map(({ sequence, type }) => [sequence, type])).toEqual([
    [1, "box.made"],
    [2, "box.relabelled"],
  ]);
  const rest = await readAfter(database, decodeCursor(events[0]!.token)!);
  expect(rest.events.map(({ id }) => id)).toEqual([events[1]!.id]);
});

test("cursors survive their trip as text, and foreign texts are refused", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.uuid(), (txid, id) => {
      const cursor = { txid: String(txid), id };
      expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
      expect(compareCursors(cursor, cursor)).toBe(0);
      expect(compareCursors(beginning, cursor)).toBeLessThanOrEqual(0);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => decodeCursor(text) === undefined));
  expect(decodeCursor(encodeCursor({ txid: "18446744073709551616", id: beginning.id }))).toBeUndefined();
});

test("reading uses the index", async () => {
  const rows = await inTransaction(database, async (tx) => {
    await tx.query("set local enable_seqscan = off");
    return tx.query<Record<string, string>>(
      `explain select * from events where (txid, id) > ($1::xid8, $2::uuid)
       and txid < pg_snapshot_xmin(pg_current_snapshot()) order by txid, id limit 10`,
      [beginning.txid, beginning.id],
    );
  });
  const plan = rows.map((row) => Object.values(row)[0]).join("\n");
  expect(plan).toContain("events_txid_id");
  expect(plan).not.toContain("Sort");
});
