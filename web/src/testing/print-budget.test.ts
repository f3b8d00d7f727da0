import { expect, test } from "vitest";

import { bundleKibibytes } from "./print-budget.js";

test("the size of the page is what travels: compressed", () => {
  const chunk = { type: "chunk" as const, code: "a".repeat(1_000_000) };
  expect(bundleKibibytes([chunk])).toBeLessThan(2);
  expect(bundleKibibytes([])).toBe(0);
});
