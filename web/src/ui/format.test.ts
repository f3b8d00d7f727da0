import { expect, test } from "vitest";

import { formatAge, formatBytes, formatCount, formatCountdown, formatDuration } from "./format.js";

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1_432_118, "1.4 MiB"],
  [-2_097_152, "−2.0 MiB"],
  [Number.MAX_SAFE_INTEGER, "8192 TiB"],
])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [0, "0 s"],
  [59, "59 s"],
  [3599, "59 min"],
  [7200, "2 h"],
  [200_000, "2 d"],
])("%d seconds last %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));

test.each([
  [-5, "0:00"],
  [65, "1:05"],
  [3729, "1:02:09"],
])("a countdown of %d seconds shows %s", (seconds, text) => expect(formatCountdown(seconds)).toBe(text));

test("an age is said in the past and in the future", () => {
  const now = Date.parse("2026-11-21T10:00:00Z");
  expect(formatAge("2026-11-21T09:55:00Z", now)).toBe("5 min ago");
  expect(formatAge("2026-11-21T12:00:00Z", now)).toBe("in 2 h");
  expect(formatAge("2026-11-21T09:59:58Z", now)).toBe("just now");
});

test("a count agrees with its noun", () => {
  expect(formatCount(1, "update")).toBe("1 update");
  expect(formatCount(1200, "update")).toBe("1,200 updates");
});
