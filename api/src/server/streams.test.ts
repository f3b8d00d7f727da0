import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Field, ObjectType, Query, Resolver, Root, Subscription } from "type-graphql";
import type { ApiModule } from "../module.js";
import { Inherits, Requires } from "../access/rules.js";
import { defineEvents } from "../events/projector.js";
import { modules } from "../modules.js";
import { startTestServer, type TestServer } from "../testing/test-server.js";

/** Streams that misbehave on purpose: one with a fault in the middle, one that never pauses. */
const flood = { sent: 0, running: 0 };

async function* threeNumbers(): AsyncGenerator<number> {
  yield 1;
  yield 2;
  yield 3;
}

async function* endlessText(): AsyncGenerator<string> {
  flood.running += 1;
  try {
    for (;;) {
      flood.sent += 1;
      yield "x".repeat(2 ** 20);
    }
  } finally {
    flood.running -= 1;
  }
}

@Inherits()
@ObjectType({ simpleResolvers: true })
class Counted {
  @Field(() => String)
  text!: string;
}

@Resolver()
class StreamsResolver {
  @Requires("agents:read")
  @Subscription(() => Counted, { subscribe: threeNumbers })
  counted(@Root() number: number): Counted {
    if (number === 2) throw new Error("The password of the database is hunter2.");
    return { text: String(number) };
  }

  @Requires("agents:read")
  @Subscription(() => Counted, { subscribe: endlessText })
  flooded(@Root() text: string): Counted {
    return { text };
  }
}

const streamsModule: ApiModule = {
  name: "streams",
  entities: [],
  events: defineEvents({}, { tables: [] }),
  resolvers: [StreamsResolver],
  nodes: {},
  register() {},
};

@Resolver()
class ForgetfulResolver {
  @Query(() => String)
  unguarded(): string {
    return "anybody";
  }
}

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ modules: [...modules, streamsModule] });
});
afterAll(() => server[Symbol.asyncDispose]());

test("R10 a fault in the middle of a stream is masked, and the stream and its socket live on", async () => {
  const subscriber = (await server.admin()).subscriber();
  const seen: unknown[] = [];
  for await (const { data, errors } of subscriber.iterate({ query: "subscription { counted { text } }" })) {
    seen.push(errors ? [errors[0]?.message, errors[0]?.extensions?.["code"]] : data);
  }
  await subscriber.dispose();
  expect(seen).toEqual([
    { counted: { text: "1" } },
    [expect.not.stringContaining("hunter2"), "INTERNAL"],
    { counted: { text: "3" } },
  ]);
});

test("R4 a reader that does not read is closed, and what it followed ends, with little in memory", async () => {
  const socket = (await server.admin()).openSocket();
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "connection_init" }));
  await once(socket, "message");
  const query = "subscription { flooded { text } }";
  socket.pause();
  for (let id = 0; id < 10; id += 1) {
    socket.send(JSON.stringify({ id: String(id), type: "subscribe", payload: { query } }));
  }
  await expect.poll(() => flood.sent).toBeGreaterThan(5);
  await expect.poll(() => flood.running, { timeout: 10_000 }).toBe(0);
  expect(flood.sent).toBeLessThan(100);
  socket.resume();
  socket.terminate();
}, 15_000);

test("a server with one field that nobody has a rule for does not start", async () => {
  const forgetful = { ...streamsModule, resolvers: [ForgetfulResolver] };
  await expect(startTestServer({ modules: [...modules, forgetful] })).rejects.toThrow(
    "nobody has said who may use Query.unguarded.",
  );
});
