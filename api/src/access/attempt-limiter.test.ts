import fc from "fast-check";
import { expect, test } from "vitest";
import { ConflictError } from "../schema/user-errors.js";
import { AttemptLimiter } from "./attempt-limiter.js";

const waitOf = (limiter: AttemptLimiter, key = "k"): unknown => {
  try {
    limiter.begin(key);
    return 0;
  } catch (error) {
    return (error as { extensions: Record<string, unknown> }).extensions["retryAfterSeconds"];
  }
};

test("the wait begins after the free failures, doubles, and ends at a minute", () => {
  let now = 0;
  const limiter = new AttemptLimiter(() => now, 3);
  expect([waitOf(limiter), waitOf(limiter), waitOf(limiter)]).toEqual([0, 0, 0]);
  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
    expect(waitOf(limiter)).toBe(seconds);
    now += seconds * 1000;
    expect(waitOf(limiter)).toBe(0);
  }
});

test("being right forgets, and so does a quiet quarter of an hour", () => {
  let now = 0;
  const limiter = new AttemptLimiter(() => now, 1);
  waitOf(limiter);
  limiter.succeed("k");
  expect([waitOf(limiter), waitOf(limiter)]).toEqual([0, 1]);
  now += 15 * 60_000 + 1;
  expect([waitOf(limiter), waitOf(limiter)]).toEqual([0, 1]);
});

test("an attempt that must wait is not counted", () => {
  const limiter = new AttemptLimiter(() => 0, 1);
  expect([waitOf(limiter), waitOf(limiter), waitOf(limiter)]).toEqual([0, 1, 1]);
});

test("only refusals count where many may succeed at once", async () => {
  const limiter = new AttemptLimiter(() => 0, 2);
  const refused = () => limiter.judge("k", () => Promise.reject(new ConflictError("No.")));
  await Promise.all(Array.from({ length: 50 }, () => limiter.judge("k", async () => 1)));
  await expect(limiter.judge("k", () => Promise.reject(new Error("The database is away.")))).rejects.toThrow(
    "away",
  );
  await expect(refused()).rejects.toThrow("No.");
  await expect(refused()).rejects.toThrow("No.");
  await expect(refused()).rejects.toMatchObject({ extensions: { code: "RATE_LIMITED" } });
});

test("one key never makes another wait, and the memory is bounded", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 60 }), (keys) => {
      const limiter = new AttemptLimiter(() => 0, 3);
      const counts = new Map<number, number>();
      for (const key of keys) {
        const before = counts.get(key) ?? 0;
        expect(waitOf(limiter, String(key)) === 0).toBe(before < 3);
        if (before < 3) counts.set(key, before + 1);
      }
    }),
  );
  const limiter = new AttemptLimiter(() => 0, 1);
  for (let key = 0; key < 10_001; key += 1) waitOf(limiter, String(key));
  expect(waitOf(limiter, "0")).toBe(0);
  expect(waitOf(limiter, "10000")).toBe(1);
});
