import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readNotes } from "./read-notes.js";

const read = (text: string, advisories: readonly string[] = []) =>
  readNotes({ text, isTruncated: false, advisories });

test("B5 lines and indentation of release notes stay, and what hides or turns text becomes visible", () => {
  expect(read("a (1) stable\r\n\n  * Mend it.\n\t-- x").text).toBe("a (1) stable\n\n  * Mend it.\n\t-- x");
  expect(read("safe\u202etxt.exe \u001b[2J\0").text).toBe("safe\ufffdtxt.exe \ufffd[2J\ufffd");
});

test("G28 markup in release notes is text like any other", () => {
  const evil = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>";
  expect(read(evil).text).toBe(evil);
});

test("only ids are taken for advisories, each once and not too many", () => {
  const odd = ["", "nonsense", "<b>CVE-2026-1</b>", "CVE-2026-1 x", "x".repeat(200), "-1"];
  const good = ["CVE-2026-1234", "DSA-5432-1", "GHSA-abcd-efgh-1234", "RHSA-2026:0123"];
  expect(read("", [...odd, ...good, ...good]).advisories).toEqual(good);
  const many = Array.from({ length: 500 }, (_, index) => `CVE-2026-${index}`);
  expect(read("", many).advisories).toHaveLength(100);
});

test("a text that is too long is cut, and it is said", () => {
  const notes = read("😀".repeat(40_000));
  expect(notes.isTruncated).toBe(true);
  expect(notes.text.length).toBeLessThanOrEqual(65_536);
  expect(notes.text.isWellFormed()).toBe(true);
});

test("whatever an agent sends can be stored and shown", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      const notes = read(text);
      expect(notes.text.isWellFormed()).toBe(true);
      for (const bad of ["\0", "\u001b", "\u202e"]) expect(notes.text).not.toContain(bad);
    }),
  );
});
