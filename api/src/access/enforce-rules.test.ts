import "reflect-metadata";
import { buildSchema as buildSdl, graphql, type GraphQLObjectType } from "graphql";
import { expect, test } from "vitest";
import { anonymous, noPermissions, type Caller } from "./caller.js";
import { enforceRules } from "./enforce-rules.js";
import type { Permission } from "./permissions.js";
import type { Rule } from "./rules.js";

const rules: Record<string, Rule> = {
  "Query.agent": { kind: "requires", anyOf: ["agents:read"] },
  "Query.node": { kind: "logged-in" },
  "Query.own": { kind: "agents" },
  "Query.server": { kind: "public", why: "A version is no secret." },
  Agent: { kind: "requires", anyOf: ["agents:read"] },
  Update: { kind: "requires", anyOf: ["updates:read"] },
  "Update.secret": { kind: "requires", anyOf: ["operators:manage", "tokens:manage"] },
};

function build() {
  const schema = buildSdl(`
    interface Node { id: ID! }
    type Query { agent: Agent, node: Node, own: Agent, server: String! }
    type Agent implements Node { id: ID!, update: Update }
    type Update implements Node { id: ID!, secret: String, agent: Agent }`);
  for (const [place, rule] of Object.entries(rules)) {
    const [typeName = "", fieldName] = place.split(".");
    const type = schema.getType(typeName) as GraphQLObjectType;
    (fieldName === undefined ? type : type.getFields()[fieldName]!).extensions = { rule };
  }
  enforceRules(schema);
  return schema;
}

const schema = build();
const agent = { __typename: "Agent", id: "a", update: { id: "u", secret: "s", agent: { id: "a" } } };

async function ask(source: string, caller: Caller) {
  const rootValue = { agent, node: agent, own: agent, server: "1" };
  const { data, errors } = await graphql({ schema, source, rootValue, contextValue: { caller } });
  return errors ? errors[0]?.extensions["code"] : data;
}

function script(...permissions: Permission[]): Caller {
  return {
    kind: "api-token",
    id: "t",
    name: "script",
    permissions: new Set(permissions),
    expiresAt: new Date(),
  };
}

const machine: Caller = {
  kind: "agent",
  id: "m",
  name: "m",
  permissions: noPermissions,
  expiresAt: new Date(),
};

test("nobody sees anything but what is public", async () => {
  expect(await ask("{ server }", anonymous)).toEqual({ server: "1" });
  expect(await ask("{ agent { id } }", anonymous)).toBe("UNAUTHENTICATED");
  expect(await ask("{ node { id } }", anonymous)).toBe("UNAUTHENTICATED");
  expect(await ask("{ own { id } }", anonymous)).toBe("UNAUTHENTICATED");
});

test("a caller needs the permission of the field", async () => {
  expect(await ask("{ agent { id } }", script("agents:read"))).toEqual({ agent: { id: "a" } });
  expect(await ask("{ agent { id } }", script("updates:read"))).toBe("FORBIDDEN");
  expect(await ask("{ own { id } }", script("agents:read"))).toBe("FORBIDDEN");
});

test("a caller needs the permission of every type that it selects, through fragments and aliases too", async () => {
  const reader = script("agents:read");
  expect(await ask("{ agent { update { id } } }", reader)).toBe("FORBIDDEN");
  expect(await ask("{ agent { ...F } } fragment F on Agent { x: update { id } }", reader)).toBe("FORBIDDEN");
  expect(await ask("{ agent { ... { update { id } } } }", reader)).toBe("FORBIDDEN");
  expect(await ask("{ agent { ... on Node { ... on Agent { update { id } } } } }", reader)).toBe("FORBIDDEN");
  expect(await ask("{ agent { update { id } } }", script("agents:read", "updates:read"))).toMatchObject({});
});

test("a field's own rule stands in place of its type's, and one of several permissions is enough", async () => {
  const both = ["agents:read", "updates:read"] as const;
  expect(await ask("{ agent { update { secret } } }", script(...both))).toBe("FORBIDDEN");
  expect(await ask("{ agent { update { secret } } }", script("agents:read", "tokens:manage"))).toMatchObject(
    {},
  );
});

test("below node only what lies under the thing is judged here", async () => {
  expect(await ask("{ node { ... on Agent { id } } }", script())).toMatchObject({});
  expect(await ask("{ node { ... on Agent { update { id } } } }", script("agents:read"))).toBe("FORBIDDEN");
  expect(await ask("{ node { ... on Update { secret } } }", script("updates:read"))).toBe("FORBIDDEN");
});

test("an agent sees what its own operations lead to, and nothing else", async () => {
  expect(await ask("{ own { id update { id } } }", machine)).toMatchObject({});
  expect(await ask("{ agent { id } }", machine)).toBe("FORBIDDEN");
  expect(await ask("{ node { id } }", machine)).toBe("FORBIDDEN");
});

test("a document that is used again by another caller is judged again", async () => {
  const { parse, execute } = await import("graphql");
  const document = parse("{ agent { update { id } } }");
  const run = async (caller: Caller) => {
    const { errors } = await execute({ schema, document, rootValue: { agent }, contextValue: { caller } });
    return errors?.[0]?.extensions["code"];
  };
  expect(await run(script("agents:read", "updates:read"))).toBeUndefined();
  expect(await run(script("agents:read"))).toBe("FORBIDDEN");
});
