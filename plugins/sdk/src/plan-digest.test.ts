import * as fc from "fast-check";
import { expect, test } from "vitest";

import { planDigest } from "./plan-digest.js";
import type { PlanItem } from "./plan.js";

const FOO: PlanItem = { key: "foo:amd64", name: "foo", arch: "amd64", fromVersion: "1", toVersion: "2" };
const BAR: PlanItem = { key: "bar:all", name: "bar", fromVersion: null, toVersion: "3" };
const PLAN = { items: [FOO, BAR], alsoInstalls: [], alsoRemoves: [] };

test("the digest is stable between releases", () => {
  expect(planDigest(PLAN)).toBe("496254a386bc2650c7765656dfb2833fbe69416063041c703e0e45896b170dfb");
});

test("order, sizes and origins do not matter", () => {
  const other = {
    ...PLAN,
    items: [
      { ...BAR, sizeBytes: 7 },
      { ...FOO, origin: "Debian" },
    ],
  };
  expect(planDigest(other)).toBe(planDigest(PLAN));
});

test("every part of the transaction matters", () => {
  const variants = [
    { ...PLAN, items: [FOO] },
    { ...PLAN, items: [FOO, { ...BAR, toVersion: "4" }] },
    { ...PLAN, items: [FOO, { ...BAR, fromVersion: "2" }] },
    { ...PLAN, items: [FOO], alsoInstalls: [BAR] },
    { ...PLAN, alsoRemoves: [{ key: "x", name: "x", fromVersion: "1" }] },
    { ...PLAN, items: [{ ...FOO, arch: "i386" }, BAR] },
  ];
  expect(new Set([PLAN, ...variants].map(planDigest)).size).toBe(variants.length + 1);
});

test("any shuffle of any plan has one digest", () => {
  const item = fc.record({
    key: fc.string(),
    name: fc.string(),
    fromVersion: fc.string(),
    toVersion: fc.string(),
  });
  const shuffled = fc
    .array(item)
    .chain((items) => fc.tuple(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length })));
  fc.assert(
    fc.property(shuffled, ([items, again]) => {
      expect(planDigest({ ...PLAN, items: again })).toBe(planDigest({ ...PLAN, items }));
    }),
  );
});
