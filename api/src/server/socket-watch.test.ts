import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { WebSocket } from "ws";
import type { Authenticator } from "../access/authenticator.js";
import type { ApiTokenCaller } from "../access/caller.js";
import { Revocations } from "../access/revocations.js";
import { silentLog } from "../testing/silent-log.js";
import { SocketWatch } from "./socket-watch.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const caller: ApiTokenCaller = {
  kind: "api-token",
  id: "00000000-0000-7000-8000-000000000000",
  name: "script",
  permissions: new Set(),
  expiresAt: new Date(Date.now() + 86_400_000),
};

/** A watch over sockets of as many credentials; `ask` answers for the database. */
function watchOver(count: number, ask: Authenticator["authenticate"]) {
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => void warnings.push(message) };
  const authenticators = [{ accepts: () => true, authenticate: ask }];
  const watch = new SocketWatch({ authenticators, revocations: new Revocations(), clock: Date.now, log });
  for (let index = 0; index < count; index += 1) {
    const socket = new EventEmitter() as unknown as WebSocket;
    watch.add(socket, { kind: "bearer", secret: String(index) }, caller);
  }
  return { watch, warnings };
}

test("a slow database is not asked again before the last round ended", async () => {
  let asked = 0;
  const { watch } = watchOver(1, () => {
    asked += 1;
    return new Promise(() => {});
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(1);
  watch.stop();
});

test("looking after a socket is no use of its credential", async () => {
  const purposes = new Set<unknown>();
  const { watch } = watchOver(1, async (_, purpose) => {
    purposes.add(purpose);
    return caller;
  });
  await vi.advanceTimersByTimeAsync(8_000);
  expect([...purposes]).toEqual(["look"]);
  watch.stop();
});

test("a database that is away is said once a round, not once a socket", async () => {
  const { watch, warnings } = watchOver(100, () => Promise.reject(new Error("away")));
  await vi.advanceTimersByTimeAsync(4_000);
  expect(warnings).toEqual(["Open sockets could not be checked"]);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(warnings).toHaveLength(2);
  watch.stop();
});
