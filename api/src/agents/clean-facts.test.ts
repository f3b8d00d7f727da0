import fc from "fast-check";
import { expect, test } from "vitest";
import { soundFacts } from "../scans/testing/inventory.js";
import { cleanFacts } from "./clean-facts.js";

const hostile = [
  ["ten thousand bytes", "a".repeat(10_000), "a".repeat(255)],
  ["a line end", "web-1\nroot:x:0:0", "web-1 root:x:0:0"],
  ["NUL and an escape", "web\0-1\u001b[2J", "web -1 [2J"],
  ["a path", "../../etc/passwd", "../../etc/passwd"],
  ["SQL", "x'; drop table agents; --", "x'; drop table agents; --"],
  ["HTML", "<script>alert(1)</script>", "<script>alert(1)</script>"],
  ["text turned round", "gpj.\u202eexe", "gpj. exe"],
  ["half a character", "web-\ud83d", "web-\ufffd"],
] as const;

for (const [what, hostname, cleaned] of hostile) {
  test(`B19 a host name of ${what} is bounded and harmless`, () => {
    expect(cleanFacts({ ...soundFacts, hostname }).hostname).toBe(cleaned);
  });
}

test("B19 whatever a machine says, its facts fit their columns or are refused with a place", () => {
  const text = fc.string({ unit: "binary", maxLength: 600 });
  fc.assert(
    fc.property(text, text, text, (hostname, osName, cannotInstallReason) => {
      try {
        const facts = cleanFacts({ ...soundFacts, hostname, osName, canInstall: false, cannotInstallReason });
        for (const value of [facts.hostname, facts.osName ?? "x", facts.cannotInstallReason ?? "x"]) {
          expect(value).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
          expect(value.isWellFormed()).toBe(true);
          expect(value.length).toBeGreaterThan(0);
        }
        expect(facts.hostname.length).toBeLessThanOrEqual(255);
      } catch (error) {
        expect(error).toMatchObject({ code: "INVALID", path: ["input", "facts", "hostname"] });
      }
    }),
  );
});

test("why it cannot install is forgotten when it can", () => {
  expect(cleanFacts({ ...soundFacts, cannotInstallReason: "no root" }).cannotInstallReason).toBeNull();
});
