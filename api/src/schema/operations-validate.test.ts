import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import {
  Kind,
  parse,
  Source,
  specifiedRules,
  validate,
  NoUnusedFragmentsRule,
  type DocumentNode,
} from "graphql";
import { expect, test } from "vitest";
import { measureOperation } from "../server/document-size.js";
import { edgeLimits } from "../server/edge-rules.js";
import { loadContract } from "./contract.js";
import { findOperations } from "./testing/find-operations.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const rooms = ["web/src", "agent-core/src", "e2e", "docs", "bench"];
const contract = loadContract();
/** A fragment may be used by another file. */
const rules = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule);

async function documents(): Promise<{ place: string; text: string }[]> {
  const found: { place: string; text: string }[] = [];
  for await (const file of glob(
    rooms.map((room) => `${room}/**/*.{ts,tsx,mjs,md,graphql}`),
    { cwd: root },
  )) {
    if (/(^|\/)(node_modules|dist|released)\/|graphql-env\.d\.ts$/.test(file)) continue;
    found.push(...findOperations(file, readFileSync(root + file, "utf8")));
  }
  for (const file of ["README.md", "CONTRIBUTING.md"]) {
    try {
      found.push(...findOperations(file, readFileSync(root + file, "utf8")));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return found;
}

test("every operation of the page, the agent, the end-to-end tests and the documents is valid and within the limits of the edge", async () => {
  const parsed = (await documents()).map(({ place, text }) => ({
    place,
    document: parse(new Source(text, place)),
  }));
  const fragments = parsed.flatMap(({ document }) =>
    document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
  );
  const problems = parsed.flatMap(({ place, document }) => {
    const names = new Set(
      document.definitions.map((definition) => ("name" in definition ? definition.name?.value : "")),
    );
    const others = fragments.filter((fragment) => !("name" in fragment && names.has(fragment.name?.value)));
    const whole: DocumentNode = { ...document, definitions: [...document.definitions, ...others] };
    return validate(contract, whole, rules).map(({ message }) => `${place}: ${message}`);
  });
  expect(problems).toEqual([]);
  const tooLarge = parsed.flatMap(({ place, document }) => {
    const definitions = [...document.definitions, ...fragments];
    return document.definitions
      .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
      .map((operation) =>
        measureOperation(contract, { ...document, definitions }, operation, { first: 200, n: 200 }),
      )
      .filter(({ depth, cost }) => depth > edgeLimits.depth || cost > edgeLimits.cost)
      .map(({ depth, cost }) => `${place}: depth ${depth}, cost ${cost}`);
  });
  expect(tooLarge).toEqual([]);
  expect(parsed.length).toBeGreaterThan(10);
});

test("operations are found in tagged templates, in calls, in comments for editors, and in Markdown", () => {
  const code = [
    "const a = graphql(`query A { viewer { permissions } }`, [F]);",
    "const b = gql`{ server { version } }`;",
    "const c = /* GraphQL */ `mutation { logOut(input: {}) { errors { code } } }`;",
  ].join("\n");
  expect(findOperations("x.ts", code).map(({ place }) => place)).toEqual(["x.ts:1", "x.ts:2", "x.ts:3"]);
  const page = "Ask:\n\n```graphql\n{ server { version } }\n```\n\n```sh\nls\n```\n";
  expect(findOperations("x.md", page)).toEqual([{ place: "x.md:3", text: "{ server { version } }\n" }]);
});
