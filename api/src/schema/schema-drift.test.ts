import { buildSchema } from "graphql";
import { expect, test } from "vitest";
import { startTestServer } from "../testing/test-server.js";
import { loadContract } from "./contract.js";
import { describedParts } from "./described-parts.js";
import { explainDifference, schemaDifference } from "./schema-difference.js";

test("the server is built as schema.graphql says", async () => {
  await using server = await startTestServer();
  const difference = schemaDifference(loadContract(), server.schema);
  expect(explainDifference(difference)).toBe("");
});

test("every description of the contract reaches the server", async () => {
  await using server = await startTestServer();
  const lacking = [...describedParts(server.schema)].filter(
    ({ path, part }) =>
      !part.description && !/^(String|Int|Float|Boolean|ID|Query|Mutation|Subscription)$/.test(path),
  );
  expect(lacking.map(({ path }) => path)).toEqual([]);
});

const contract = `
  interface Node { id: ID! }
  enum State { ON OFF @deprecated(reason: "Use ON.") }
  input Filter { name: String = "x" }
  type Agent implements Node { id: ID!, state: State, old: Int @deprecated(reason: "Use state.") }
  type Query { agents(first: Int = 50, filter: Filter): [Agent!]! }`;

const changes: Record<string, [from: string, to: string]> = {
  "a default of an argument": ["first: Int = 50", "first: Int = 51"],
  "a type of an argument": ["first: Int = 50", "first: Int! = 50"],
  "a default of an input field": [`name: String = "x"`, `name: String = "y"`],
  "a nullability": ["[Agent!]!", "[Agent!]"],
  "an interface": ["type Agent implements Node", "type Agent"],
  "an enum value": ["ON OFF", "ON AWAY OFF"],
  "a deprecation of a value": [`OFF @deprecated(reason: "Use ON.")`, "OFF"],
  "a deprecation's reason": [`"Use state."`, `"Use another."`],
  "a field": ["state: State,", "state: State, more: Int,"],
};

test.each(Object.entries(changes))("a difference in %s is found on both sides", (_, [from, to]) => {
  const changed = buildSchema(contract.replace(from, to));
  const one = schemaDifference(buildSchema(contract), changed);
  const other = schemaDifference(changed, buildSchema(contract));
  expect([...one.onlyInContract, ...one.onlyInServer]).not.toEqual([]);
  expect(other).toEqual({ onlyInContract: one.onlyInServer, onlyInServer: one.onlyInContract });
});

test("order and descriptions make no difference", () => {
  const reordered = `"About it." type Query { "Who." agents("How." filter: Filter, first: Int = 50): [Agent!]! }
    ${contract.replace(/type Query.*$/s, "")}`;
  expect(schemaDifference(buildSchema(contract), buildSchema(reordered))).toEqual({
    onlyInContract: [],
    onlyInServer: [],
  });
});
