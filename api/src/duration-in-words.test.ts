import { expect, test } from "vitest";
import { durationInWords } from "./duration-in-words.js";

test.each([
  [0, "less than a minute"],
  [59, "less than a minute"],
  [60, "1 minute"],
  [7_199, "1 hour"],
  [11_000, "3 hours"],
  [86_400, "1 day"],
  [262_800, "3 days"],
])("%d seconds are %s", (seconds, words) => expect(durationInWords(seconds)).toBe(words));
