import { expect, test } from "vitest";

import { outcomeWord } from "./command-words.js";

test("a package that an install removed is never called installed", () => {
  const gone = { outcome: "SUCCEEDED", toVersion: null } as const;
  const moved = { outcome: "SUCCEEDED", toVersion: "2.0" } as const;
  expect(outcomeWord(gone, "INSTALL").label).toBe("Removed");
  expect(outcomeWord(moved, "INSTALL").label).toBe("Installed");
  expect(outcomeWord({ ...gone, outcome: "FAILED" }, "INSTALL").label).toBe("Failed");
  expect(outcomeWord(gone, "ROLLBACK").label).toBe("Rolled back");
  expect(outcomeWord(gone, "HOLD").label).toBe("Held");
});
