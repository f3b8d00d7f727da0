import { expect, test } from "vitest";

import { isUnknown } from "./agent-words.js";

test.each([
  [[], true],
  [["UNSUPPORTED"], true],
  [["FRESH", "UNSUPPORTED"], false],
  [["FRESH", "STALE"], true],
  [["FAILED"], true],
  [["NEVER"], true],
] as const)("an agent with the sources %j is unknown: %s", (states, wanted) => {
  expect(isUnknown(states.map((state) => ({ state })))).toBe(wanted);
});
