import fc from "fast-check";
import { expect, test } from "vitest";

import { isNarrowed, readUpdateChoice, toUpdateFilter, writeUpdateChoice } from "./update-filter.js";
import { KINDS, SEVERITIES, UPDATE_STATES } from "./update-words.js";

const keysOf = <Value extends string>(words: Record<Value, unknown>) =>
  fc.uniqueArray(fc.constantFrom(...(Object.keys(words) as Value[])));

const choices = fc.record({
  name: fc.string(),
  states: keysOf(UPDATE_STATES),
  kinds: keysOf(KINDS),
  severities: keysOf(SEVERITIES),
  source: fc.string(),
  agent: fc.string(),
  held: fc.constantFrom("" as const, "yes" as const, "no" as const),
});

test("a choice survives the address, and other parameters stay", () => {
  fc.assert(
    fc.property(choices, (choice) => {
      const written = writeUpdateChoice(new URLSearchParams("tab=updates&name=old"), choice);
      expect(readUpdateChoice(new URLSearchParams(written.toString()))).toEqual(choice);
      expect(written.get("tab")).toBe("updates");
    }),
  );
});

test("what the address says wrongly is left out", () => {
  const choice = readUpdateChoice(new URLSearchParams("state=PENDING,NONSENSE,toString&held=perhaps"));
  expect([choice.states, choice.held]).toEqual([["PENDING"], ""]);
});

test("nothing chosen is an empty filter, so that the server shows the open updates", () => {
  const nothing = readUpdateChoice(new URLSearchParams());
  expect([toUpdateFilter(nothing), isNarrowed(nothing)]).toEqual([{}, false]);
});

test("the filter speaks the schema's words", () => {
  const choice = readUpdateChoice(new URLSearchParams("name=ssl&kind=SECURITY&agent=agent_1&held=no"));
  expect(toUpdateFilter(choice)).toEqual({
    name: { contains: "ssl" },
    kinds: ["SECURITY"],
    agent: { eq: "agent_1" },
    isHeld: false,
  });
});
