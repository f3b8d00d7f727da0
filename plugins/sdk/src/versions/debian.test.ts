import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { compareDebianVersions } from "./debian.js";

const text = fc.string({ unit: fc.constantFrom(..."0019az~+.-AZ"), minLength: 0, maxLength: 8 });
const upstream = fc.tuple(fc.constantFrom("0", "1", "09", "10"), text).map(([digit, rest]) => digit + rest);
const revision = fc.string({ unit: fc.constantFrom(..."019az~+."), minLength: 1, maxLength: 5 });
/** Versions that dpkg accepts without a complaint, close enough together to meet each other often. */
const version = fc
  .record({
    epoch: fc.constantFrom("", "0:", "1:", "10:", "010:"),
    upstream,
    revision: fc.option(revision),
  })
  .map((parts) => `${parts.epoch}${parts.upstream}-${parts.revision ?? "0"}`);

test.each([
  ["1.0", "<", "1.1"],
  ["1.0~rc1", "<", "1.0"],
  ["1.0~~", "<", "1.0~"],
  ["1.0~", "<", "1.0"],
  ["1.0", "<", "1.0a"],
  ["1.0a", "<", "1.0+"],
  ["9", "<", "10"],
  ["2.0", "<", "1:0.1"],
  ["1.0-1", "<", "1.0-1+deb12u1"],
  ["1.0-1~bpo12+1", "<", "1.0-1"],
  ["1.0", "=", "0:1.00-0"],
  ["1.0-0", "=", "1.0"],
])("%s %s %s", (a, relation, b) => {
  const sign = Math.sign(compareDebianVersions(a, b));
  expect(sign).toBe(relation === "=" ? 0 : -1);
  expect(Math.sign(compareDebianVersions(b, a))).toBe(relation === "=" ? 0 : 1);
});

test("B22 the order is total: antisymmetric, transitive and consistent", () => {
  const anyText = fc.oneof(version, fc.string(), fc.string({ unit: "grapheme" }));
  fc.assert(
    fc.property(anyText, anyText, anyText, (a, b, c) => {
      expect(Math.sign(compareDebianVersions(a, b))).toBe(0 - Math.sign(compareDebianVersions(b, a)));
      expect(compareDebianVersions(a, a)).toBe(0);
      const [low, middle, high] = [a, b, c].toSorted(compareDebianVersions) as [string, string, string];
      expect(compareDebianVersions(low, middle)).toBeLessThanOrEqual(0);
      expect(compareDebianVersions(middle, high)).toBeLessThanOrEqual(0);
      expect(compareDebianVersions(low, high)).toBeLessThanOrEqual(0);
    }),
    { numRuns: 2000 },
  );
});

test("B22 ten thousand digits are numbers, not doubles", () => {
  const nines = "9".repeat(10_000);
  expect(compareDebianVersions(`1.${nines}8`, `1.${nines}9`)).toBeLessThan(0);
  expect(compareDebianVersions(`1.${nines}`, `1.1${"0".repeat(10_000)}`)).toBeLessThan(0);
});

const DPKG = "/usr/bin/dpkg";
/** Prints -1, 0 or 1 for each pair of lines; every answer is one or two runs of dpkg itself. */
const SCRIPT = `while read -r a && read -r b; do
  if dpkg --compare-versions "$a" lt "$b"; then echo -1
  elif dpkg --compare-versions "$a" eq "$b"; then echo 0
  else echo 1; fi
done`;

describe.skipIf(!existsSync(DPKG))("against dpkg --compare-versions (needs dpkg: run on Debian)", () => {
  test("B22 agrees on hundreds of generated pairs", { timeout: 60_000 }, () => {
    const { ours, theirs } = answersTo(fc.sample(fc.tuple(version, version), 400));
    expect(ours).toEqual(theirs);
  });

  test(
    "B22 agrees on long runs of digits, tildes and epochs that differ late or hardly at all",
    { timeout: 60_000 },
    () => {
      const digits = fc
        .tuple(
          fc.constantFrom("", "0", "000", "1", "9"),
          fc.integer({ min: 1, max: 10_000 }),
          fc.constantFrom("0", "1", "9"),
        )
        .map(([head, length, digit]) => head + digit.repeat(length));
      const epoch = fc.constantFrom("", "0:", "00:", "1:", "2147483647:");
      const tail = fc.constantFrom("", "~", "~~", "~~a", "~1", "a", "+b1", "-0", "-1~bpo12+1", "-1");
      const long = fc
        .tuple(epoch, digits, tail)
        .map(([before, middle, after]) => `${before}1.${middle}${after}`);
      const nearly = fc
        .tuple(long, tail, tail)
        .map(([base, a, b]) => [`${base}${a}`, `${base}${b}`] as const);
      const { ours, theirs } = answersTo([
        ...fc.sample(fc.tuple(long, long), 100),
        ...fc.sample(nearly, 150),
      ]);
      expect(ours).toEqual(theirs);
    },
  );

  /** Each pair with our answer, and with dpkg's. */
  function answersTo(pairs: readonly (readonly [string, string])[]): { ours: unknown; theirs: unknown } {
    const input = pairs.map(([a, b]) => `${a}\n${b}\n`).join("");
    const answers = execFileSync("/bin/sh", ["-c", SCRIPT], { input, encoding: "utf8" }).trim().split("\n");
    return {
      ours: pairs.map(([a, b]) => [a, b, String(Math.sign(compareDebianVersions(a, b)))]),
      theirs: pairs.map(([a, b], index) => [a, b, answers[index]]),
    };
  }
});
