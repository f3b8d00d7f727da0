import { expect, test } from "vitest";

import { passwordProblem } from "./password-rule.js";
import { readSetupCode } from "./setup-code.js";

test.each([
  ["#code=AB-12", "AB-12"],
  ["#x=1&code=AB%2B12", "AB+12"],
  ["#other", ""],
  ["", ""],
])("the code in %j is %j", (hash, code) => expect(readSetupCode(hash)).toBe(code));

test("the password rule is the schema's: 12 to 256 characters, counted as people count", () => {
  expect(passwordProblem("a".repeat(11))).toContain("1 more");
  expect(passwordProblem("🔑".repeat(12))).toBeUndefined();
  expect(passwordProblem("a".repeat(257))).toContain("at most 256");
});
