import { CombinedError } from "@urql/core";
import { expect, test } from "vitest";

import { inBulk } from "./bulk.js";

const ids = Array.from({ length: 450 }, (_, index) => `upd_${index}`);

test("any number of ids goes out in calls of at most 200, and refusals find their id again", async () => {
  const sizes: number[] = [];
  const outcome = await inBulk(ids, (part) => {
    sizes.push(part.length);
    return Promise.resolve({
      done: part.slice(1),
      errors: [{ message: "held", path: ["input", "ids", "0"] }],
    });
  });
  expect(sizes).toEqual([200, 200, 50]);
  expect(outcome.done).toHaveLength(447);
  expect(outcome.refused.map(({ id }) => id)).toEqual(["upd_0", "upd_200", "upd_400"]);
});

test("a call that fails as a whole refuses its own ids and no others", async () => {
  let calls = 0;
  const outcome = await inBulk(ids, (part) => {
    calls += 1;
    const failure = calls === 2 ? new CombinedError({ networkError: new Error("gone") }) : undefined;
    return Promise.resolve({ done: failure ? [] : part, errors: [], failure });
  });
  expect([outcome.done.length, outcome.refused.length]).toEqual([250, 200]);
  expect(outcome.refused[0]).toEqual({
    id: "upd_200",
    message: expect.stringContaining("cannot be reached"),
  });
});

test("a refusal of the whole call has no id", async () => {
  const outcome = await inBulk(["a"], () =>
    Promise.resolve({ done: [], errors: [{ message: "no", path: null }] }),
  );
  expect(outcome.refused).toEqual([{ id: null, message: "no" }]);
});
