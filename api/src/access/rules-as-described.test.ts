import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.js";
import type { Rule } from "./rules.js";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** How the contract's prose must begin to speak of a rule. */
function wordsFor(rule: Rule, description: string): boolean {
  switch (rule.kind) {
    case "requires":
      return rule.anyOf.every((permission) => description.includes(`\`${permission}\``));
    case "logged-in":
      return /Requires a login|Requires the permission of/.test(description);
    case "agents":
      return description.includes("Requires an agent's token");
    default:
      return description.includes("Public");
  }
}

test("what schema.graphql says about who may use a root field is what is enforced", () => {
  const { schema } = server;
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const wrong = roots.flatMap((root) =>
    Object.values(root?.getFields() ?? {})
      .filter(({ extensions, description }) => {
        const { rule } = extensions;
        return !rule || !wordsFor(rule, description ?? "");
      })
      .map(({ name }) => `${root?.name}.${name}`),
  );
  expect(wrong).toEqual([]);
});
