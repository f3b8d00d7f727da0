import { expect, test } from "vitest";

import { itemKey } from "./item-key.js";

test("two versions of one package are two rows, before an install and after it", () => {
  const kernel = { name: "kernel", architecture: "x86_64", fromVersion: null, toVersion: "6.1" };
  const others = [{ toVersion: "6.2" }, { fromVersion: "6.0" }, { architecture: null }];
  const rows = [kernel, ...others.map((part) => ({ ...kernel, ...part }))];
  expect(new Set(rows.map(itemKey)).size).toBe(4);
});
