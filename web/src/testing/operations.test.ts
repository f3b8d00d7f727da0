import { readFile } from "node:fs/promises";
import { glob } from "node:fs/promises";
import path from "node:path";

import { buildSchema, parse, specifiedRules, validate } from "graphql";
import { expect, test } from "vitest";

const SOURCE = path.resolve(import.meta.dirname, "..");
const OPERATION = /graphql\(\s*`([^`]+)`/g;
/** Fragments stand beside the components that own them, so one operation alone does not use them all. */
const RULES = specifiedRules.filter((rule) => rule.name !== "NoUnusedFragmentsRule");

test("every operation of the page validates against schema.graphql", async () => {
  const schema = buildSchema(await readFile(path.resolve(SOURCE, "../../schema.graphql"), "utf8"));
  const documents: string[] = [];
  for await (const file of glob("**/*.{ts,tsx}", {
    cwd: SOURCE,
    exclude: (name) => name.includes(".test."),
  })) {
    const text = await readFile(path.join(SOURCE, file), "utf8");
    documents.push(...[...text.matchAll(OPERATION)].map((match) => match[1] ?? ""));
  }
  expect(documents.length).toBeGreaterThan(30);
  const errors = validate(schema, parse(documents.join("\n")), RULES);
  expect(errors.map(({ message }) => message)).toEqual([]);
});
