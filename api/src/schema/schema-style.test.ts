import { readFileSync } from "node:fs";
import { buildSchema } from "graphql";
import { describe, expect, test } from "vitest";
import { loadContract } from "./contract.js";
import { mutationRules } from "./testing/mutation-rules.js";
import { nameRules } from "./testing/name-rules.js";
import { shapeRules } from "./testing/shape-rules.js";

const guide = readFileSync(new URL("../../../docs/api-style.md", import.meta.url), "utf8");
const contract = loadContract();

/** The verbs as the guide lists them: `register, approve, …`. */
function verbsOfTheGuide(): string[] {
  const [, list = ""] = /Verbs: `([^`]+)`/.exec(guide) ?? [];
  const [, more = ""] = /in access: `([^`]+)`/.exec(guide) ?? [];
  const [, agents = ""] = /of agents: `([^`]+)`/.exec(guide) ?? [];
  return [list, more, agents].flatMap((words) => words.split(",").map((word) => word.trim())).filter(Boolean);
}

const rules = [...nameRules(verbsOfTheGuide()), ...shapeRules, ...mutationRules];

describe("schema.graphql keeps to docs/api-style.md", () => {
  test.each(rules)("$name", ({ check }) => {
    expect(check(contract)).toEqual([]);
  });
});

describe("the rule bites", () => {
  test.each(rules)("$name", ({ check, broken }) => {
    const sdl = /type Query\b/.test(broken) ? broken : `${broken} type Query { "Public." server: Int }`;
    expect(check(buildSchema(sdl))).not.toEqual([]);
  });
});

test("the guide lists verbs for everybody, for access and for agents", () => {
  expect(verbsOfTheGuide()).toEqual(expect.arrayContaining(["approve", "logIn", "claim"]));
  expect(verbsOfTheGuide()).not.toContain("update");
});
