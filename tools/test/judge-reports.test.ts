import { expect, test } from "vitest";

import { addUp, describeSum } from "./judge-reports.mjs";

const file = (status: string, ...statuses: string[]) => ({
  name: "/srv/a.test.ts",
  status,
  message: "cannot load",
  assertionResults: statuses.map((each, index) => ({ fullName: `test ${index}`, status: each })),
});

test("reports are added up, and whatever did not run is named", () => {
  const sum = addUp(
    [
      { testResults: [file("passed", "passed", "passed", "skipped")] },
      { testResults: [file("failed", "failed", "todo")] },
    ],
    [],
  );
  expect(describeSum(sum)).toEqual([
    "Failed:",
    "  a.test.ts › test 0",
    "Skipped, which is a failure here:",
    "  a.test.ts › test 2",
    "  a.test.ts › test 1",
    "2 passed, 1 failed, 2 skipped",
  ]);
});

test("a file that did not load and a step that failed are failures", () => {
  const sum = addUp([{ testResults: [file("failed")] }], ["npm run check"]);
  expect(sum.failed).toEqual(["step: npm run check", "a.test.ts: cannot load"]);
  expect(describeSum(sum).at(-1)).toBe("0 passed, 2 failed, 0 skipped");
});
