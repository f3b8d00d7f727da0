import { afterAll, beforeAll, expect, test } from "vitest";
import { inTransaction } from "../database/unit-of-work.js";
import { createTestDatabase, type TestDatabase } from "../testing/database.js";
import { createTestEventLog } from "../testing/event-log.js";
import { silentLog } from "../testing/silent-log.js";
import { createToyTables, toyEvents } from "../testing/toy-noun.js";
import { StaleCursorError } from "./adopt-restored-log.js";
import { beginning } from "./cursor.js";
import { systemActor } from "./event.js";
import { EventBus } from "./event-bus.js";
import { EventFeed } from "./event-feed.js";
import { startWakeChannel } from "./publish.js";
import { readPosition, type SequencedEvent } from "./read-after.js";

let database: TestDatabase;
const { log, bus } = createTestEventLog([toyEvents]);

beforeAll(async () => {
  database = await createTestDatabase();
  await createToyTables(database);
});
afterAll(() => database.drop());

const add = (stream: string, count: number) =>
  inTransaction(database, (tx) =>
    log.append(
      tx,
      stream,
      Array.from({ length: count }, (_, index) => toyEvents.of("box.relabelled", { label: String(index) })),
      systemActor,
    ),
  );

async function take(events: AsyncGenerator<SequencedEvent>, count: number): Promise<SequencedEvent[]> {
  const taken: SequencedEvent[] = [];
  while (taken.length < count) {
    const next = await events.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

test("a follower hears new events, one that comes back continues where it was", async () => {
  const feed = await EventFeed.start({ database, bus, log: silentLog, pollMs: 60_000 });
  const stop = new AbortController();
  const live = feed.follow(undefined, stop.signal);
  const first = take(live, 3);
  await add("box:f1", 3);
  const heard = await first;
  expect(heard.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);

  await add("box:f2", 2);
  const resumed = feed.follow(heard[1]!.cursor, stop.signal);
  expect((await take(resumed, 3)).map(({ stream, sequence }) => [stream, sequence])).toEqual([
    ["box:f1", 3],
    ["box:f2", 1],
    ["box:f2", 2],
  ]);
  const waiting = resumed.next();
  stop.abort();
  expect(await waiting).toMatchObject({ done: true });
  await feed.close();
});

test("a follower that reads slowly gets everything once, and closing ends it", async () => {
  const feed = await EventFeed.start({ database, bus, log: silentLog, pollMs: 60_000 });
  const events = feed.follow(await readPosition(database), new AbortController().signal);
  const one = take(events, 1);
  await add("box:slow", 1);
  await one;
  for (let round = 0; round < 5; round += 1) await add("box:slow", 700);
  const rest = await take(events, 3_500);
  expect(rest.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 3_500 }, (_, index) => index + 2),
  );
  const waiting = events.next();
  await feed.close();
  expect(await waiting).toMatchObject({ done: true });
});

test("a transaction that stays open holds events back, which is told once, and loses none", async () => {
  const other = await database.openClient();
  await other.query("begin");
  await other.query("select pg_current_xact_id()");
  const told = Promise.withResolvers<void>();
  let warnings = 0;
  const warn = (): void => {
    warnings += 1;
    told.resolve();
  };
  const feed = await EventFeed.start({ database, bus, log: { ...silentLog, warn }, tellHeldBackMs: 1 });
  const events = take(feed.follow(undefined, new AbortController().signal), 1);
  await add("box:held", 1);
  await told.promise;
  bus.wake();
  await other.query("commit");
  await other.end();
  expect((await events).map(({ stream }) => stream)).toEqual(["box:held"]);
  expect(warnings).toBe(1);
  await feed.close();
});

test("R7 another process's events wake this one, also after its connections were killed", async () => {
  const other = new EventBus(silentLog);
  const here = startWakeChannel({
    connection: database.connection,
    bus: other,
    log: silentLog,
    intervalMs: 20,
  });
  const there = startWakeChannel({ connection: database.connection, bus, log: silentLog, intervalMs: 20 });
  await Promise.all([here.listening, there.listening]);
  const feed = await EventFeed.start({ database, bus: other, log: silentLog, pollMs: 60_000 });
  const events = feed.follow(undefined, new AbortController().signal);

  const first = take(events, 2);
  await add("box:w1", 2);
  expect((await first).map(({ stream }) => stream)).toEqual(["box:w1", "box:w1"]);

  const woken = Promise.withResolvers<void>();
  const stopHearing = other.onWake(woken.resolve);
  const killed = await database.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'redflag-wake' and datname = current_database()",
  );
  expect(killed).toHaveLength(2);
  // While nobody listens: the wake of this commit is lost, the resync after reconnecting makes up for it.
  await add("box:w2", 1);
  await woken.promise;
  stopHearing();
  expect((await take(events, 1)).map(({ stream }) => stream)).toEqual(["box:w2"]);

  const third = take(events, 1);
  await add("box:w3", 1);
  expect((await third).map(({ stream }) => stream)).toEqual(["box:w3"]);
  await Promise.all([feed.close(), here.close(), there.close()]);
});

test("many commits are announced by few notifications, and none of one's own comes back", async () => {
  const listener = await database.openClient();
  let notifications = 0;
  listener.on("notification", () => (notifications += 1));
  await listener.query("listen redflag_events");
  const channel = startWakeChannel({ connection: database.connection, bus, log: silentLog, intervalMs: 200 });
  await channel.listening;
  let wakes = 0;
  const stopHearing = bus.onWake(() => (wakes += 1));
  for (let round = 0; round < 30; round += 1) bus.publish([]);
  expect(wakes).toBe(30);
  await expect.poll(() => notifications).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(notifications).toBe(2);
  expect(wakes).toBe(30);
  stopHearing();
  await channel.close();
  await listener.end();
});

test("a log restored from another server is put in order, and its old cursors are refused", async () => {
  await using restored = await createTestDatabase();
  await createToyTables(restored);
  const own = createTestEventLog([toyEvents]);
  const append = (stream: string) =>
    inTransaction(restored, (tx) =>
      own.log.append(tx, stream, [toyEvents.of("box.made", { label: stream })], systemActor),
    );
  await append("box:r1");
  await append("box:r2");
  await inTransaction(restored, async (tx) => {
    await tx.query("set local redflag.retention = 'on'");
    await tx.query("update events set txid = '900000000000' where stream = 'box:r1'");
  });
  const feed = await EventFeed.start({ database: restored, bus: own.bus, log: silentLog, pollMs: 60_000 });
  const stop = new AbortController();
  const all = feed.follow(beginning, stop.signal);
  const heard = take(all, 3);
  await append("box:r3");
  expect((await heard).map(({ stream }) => stream)).toEqual(["box:r1", "box:r2", "box:r3"]);
  const old = feed.follow({ txid: "900000000000", id: beginning.id }, stop.signal);
  await expect(old.next()).rejects.toThrow(StaleCursorError);
  await feed.close();
});
