import { expect, test } from "vitest";

import { whatCancellingDoes } from "./cancel-button.js";

const progress = (isCancellable: boolean) => ({
  phase: "x",
  percent: 1,
  itemName: null,
  isCancellable,
  occurredAt: "",
});

test("cancelling says beforehand what it can still do", () => {
  expect(whatCancellingDoes({ state: "QUEUED", progress: null })).toContain("at once");
  expect(whatCancellingDoes({ state: "RUNNING", progress: progress(true) })).toContain(
    "without changing anything",
  );
  expect(whatCancellingDoes({ state: "RUNNING", progress: progress(false) })).toContain(
    "cannot stop without harm",
  );
});
