import { expect, test } from "vitest";

import { applyTheme, readTheme } from "./theme.js";

function memory() {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
}

const blocked = {
  getItem: () => {
    throw new Error("blocked");
  },
  setItem: () => {
    throw new Error("blocked");
  },
  removeItem: () => {
    throw new Error("blocked");
  },
};

test("a choice is shown and kept; the system's theme leaves no trace", () => {
  const root = { dataset: {} } as HTMLElement;
  const storage = memory();
  applyTheme("dark", root, storage);
  expect([root.dataset["theme"], readTheme(storage)]).toEqual(["dark", "dark"]);
  applyTheme("system", root, storage);
  expect([root.dataset["theme"], readTheme(storage)]).toEqual([undefined, "system"]);
});

test("blocked storage is no error", () => {
  const root = { dataset: {} } as HTMLElement;
  applyTheme("light", root, blocked);
  expect([root.dataset["theme"], readTheme(blocked)]).toEqual(["light", "system"]);
});
