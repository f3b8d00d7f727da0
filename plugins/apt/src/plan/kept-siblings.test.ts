import { expect, test } from "vitest";

import { parseInstalled } from "../parse/parse-installed.js";
import { parsePolicy } from "../parse/parse-policy.js";
import { keptSiblings, siblingsOf } from "./kept-siblings.js";

const INSTALLED = parseInstalled(
  ["tool", "libtool1", "libtool-dev", "libtool-old", "other"]
    .map((name) => `${name}\tall\t1.0\tii \t4\t${name === "other" ? "other" : "toolkit"}\n`)
    .join(""),
  "amd64",
);
const item = { key: "tool", name: "tool", fromVersion: "1.0", toVersion: "2.0" };
const POLICY = `libtool1:
  Installed: 1.0
  Candidate: 2.0
  Version table:
     2.0 500 (phased 20%)
        500 file:/x stable/main amd64 Packages
 *** 1.0 100
        100 /var/lib/dpkg/status
libtool-dev:
  Installed: 1.0
  Candidate: 2.0
  Version table:
     2.0 500
libtool-old:
  Installed: 1.0
  Candidate: (none)
  Version table:
`;

test("the siblings of a transaction are those of its sources, and those with a newer version are told", () => {
  const siblings = siblingsOf({ items: [item], alsoInstalls: [], alsoRemoves: [] }, INSTALLED);
  expect(siblings).toEqual(["libtool1", "libtool-dev", "libtool-old"]);
  const policies = new Map(parsePolicy(POLICY).map((policy) => [policy.key, policy]));
  const reasons = keptSiblings(siblings, INSTALLED, policies, []).map(
    ({ key, reason }) => `${key}: ${reason}`,
  );
  expect(reasons).toEqual([
    "libtool1: It is offered to 20 % of all machines.",
    "libtool-dev: It comes from the same source (toolkit) and was not chosen.",
  ]);
  const [held] = keptSiblings(["libtool-dev"], INSTALLED, policies, ["libtool-dev"]);
  expect(held?.reason).toBe("It is held by apt-mark hold.");
});

test("a policy without a candidate line is not guessed", () => {
  expect(() => parsePolicy("libtool1:\n  Installed: 1.0\n")).toThrow("names no candidate");
  expect(parsePolicy("")).toEqual([]);
});
