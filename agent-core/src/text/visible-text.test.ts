import * as fc from "fast-check";
import { expect, test } from "vitest";
import { visibleText } from "./visible-text.js";

test("B5 terminal escapes, overwriting and bidi marks become visible", () => {
  expect(visibleText("\u001b]52;c;aGk=\u0007")).toBe("\\x1b]52;c;aGk=\\x07");
  expect(visibleText("ok\rFAILED")).toBe("ok\\x0dFAILED");
  expect(visibleText("a\u202egpj.exe")).toBe("a\\u{202e}gpj.exe");
  expect(visibleText("\u009b31m")).toBe("\\x9b31m");
  expect(visibleText("tab\there, ümlaut, 🎉")).toBe("tab here, ümlaut, 🎉");
});

test("B5 no text leaves a control character, and the limit holds", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 50 }), (text, max) => {
      const shown = visibleText(text, max);
      expect(shown.length).toBeLessThanOrEqual(max);
      // oxlint-disable-next-line no-control-regex -- the very thing under test
      expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});
