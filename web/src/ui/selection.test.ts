import { expect, test } from "vitest";

import { keepShown, NO_SELECTION, toggleAll, toggleRow } from "./selection.js";

const order = ["a", "b", "c", "d", "e"];

test("a click turns one row on and off", () => {
  const on = toggleRow(NO_SELECTION, order, "b", false);
  expect([...on.ids]).toEqual(["b"]);
  expect([...toggleRow(on, order, "b", false).ids]).toEqual([]);
});

test.each([
  ["downwards", "b", "d"],
  ["upwards", "d", "b"],
])("shift selects the rows between, %s", (_, first, second) => {
  const range = toggleRow(toggleRow(NO_SELECTION, order, first, false), order, second, true);
  expect([...range.ids].toSorted()).toEqual(["b", "c", "d"]);
});

test("shift clears a range when the clicked row was selected", () => {
  const all = toggleAll(NO_SELECTION, order);
  const anchored = toggleRow(all, order, "b", false);
  expect([...toggleRow(anchored, order, "d", true).ids]).toEqual(["a", "e"]);
});

test("shift without an anchor that is still shown takes the one row", () => {
  const gone = { ids: new Set<string>(), anchor: "zzz" };
  expect([...toggleRow(gone, order, "c", true).ids]).toEqual(["c"]);
});

test("all turns on what is missing, and everything off when nothing is", () => {
  const all = toggleAll(toggleRow(NO_SELECTION, order, "c", false), order);
  expect(all.ids.size).toBe(5);
  expect(toggleAll(all, order)).toBe(NO_SELECTION);
});

test("rows that are no longer shown are no longer selected", () => {
  const all = toggleAll(NO_SELECTION, order);
  expect([...keepShown(all, ["a", "x"]).ids]).toEqual(["a"]);
  expect(keepShown(all, order)).toBe(all);
});
