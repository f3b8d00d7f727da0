import "reflect-metadata";
import { buildSchema as buildSdl, type GraphQLObjectType } from "graphql";
import { expect, test } from "vitest";
import { assertEveryFieldHasARule } from "./assert-every-field-has-a-rule.js";
import type { Rule } from "./rules.js";

/** Puts rules onto a schema: by "Type" or by "Type.field". */
function schemaWith(sdl: string, rules: Record<string, Rule>) {
  const schema = buildSdl(sdl);
  for (const [place, rule] of Object.entries(rules)) {
    const [typeName = "", fieldName] = place.split(".");
    const type = schema.getType(typeName) as GraphQLObjectType;
    const target = fieldName === undefined ? type : type.getFields()[fieldName]!;
    target.extensions = { rule };
  }
  return schema;
}

const sdl = "type Query { agents: [Agent!]!, server: String! } type Agent { id: ID!, name: String! }";
const reads: Rule = { kind: "requires", anyOf: ["agents:read"] };
const open: Rule = { kind: "public", why: "It says nothing about machines." };

test("a schema in which every field has its own or its type's rule is accepted", () => {
  const schema = schemaWith(sdl, { "Query.agents": reads, "Query.server": open, Agent: reads });
  expect(() => assertEveryFieldHasARule(schema)).not.toThrow();
});

test("one field without a rule is refused by name", () => {
  const schema = schemaWith(sdl, { "Query.agents": reads, "Query.server": open, "Agent.id": reads });
  expect(() => assertEveryFieldHasARule(schema)).toThrow(/who may use Agent\.name\./);
});

test("a root field cannot inherit", () => {
  const schema = schemaWith(sdl, {
    "Query.agents": { kind: "inherits" },
    "Query.server": open,
    Agent: reads,
  });
  expect(() => assertEveryFieldHasARule(schema)).toThrow(/who may use Query\.agents\./);
});
