import fc from "fast-check";
import { expect, test } from "vitest";

import { addLines, MOST_LINES, type OutputLine } from "./output-lines.js";

const line = (sequence: number): OutputLine => ({ sequence, text: `line ${sequence}` });

test("parts in any order, overlapping and repeated, give each line once and in order", () => {
  const parts = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }), { maxLength: 8 });
  fc.assert(
    fc.property(parts, (sequences) => {
      const lines = sequences.reduce<readonly OutputLine[]>(
        (known, part) => addLines(known, part.map(line)),
        [],
      );
      const wanted = [...new Set(sequences.flat())].toSorted((a, b) => a - b);
      expect(lines.map(({ sequence }) => sequence)).toEqual(wanted);
    }),
  );
});

test("only the last lines are kept", () => {
  const all = Array.from({ length: MOST_LINES + 5 }, (_, index) => line(index + 1));
  const kept = addLines(all.slice(0, -1), all.slice(-1));
  expect([kept.length, kept.at(-1)?.sequence]).toEqual([MOST_LINES, MOST_LINES + 5]);
});

test("nothing new changes nothing", () => {
  const known = [line(1)];
  expect(addLines(known, [])).toBe(known);
});
