import { readFileSync } from "node:fs";
import { buildSchema } from "graphql";
import { expect, test } from "vitest";
import { serverVersion } from "../server/server-version.js";
import { forbiddenChanges } from "./breaking-changes.js";
import { loadContract } from "./contract.js";

const RELEASED = new URL("../../../docs/released/schema.graphql", import.meta.url);

test("the contract breaks no client of the released one", () => {
  const text = readFileSync(RELEASED, "utf8");
  const previousVersion = /^# (\d+\.\d+\.\d+)$/m.exec(text)?.[1] ?? "";
  const release = { version: serverVersion, previousVersion, today: new Date() };
  expect(forbiddenChanges(buildSchema(text), loadContract(), release)).toEqual([]);
});

const before = buildSchema(`
  enum State { ON OFF AWAY @deprecated(reason: "Use OFF. Removal on 2027-06-01.") }
  input Filter { name: String }
  type Agent { id: ID!, state: State, host: String @deprecated(reason: "Use name. Removal on 2027-06-01.") }
  type Query { agents(filter: Filter): [Agent!]! }`);

const minor = { version: "1.5.0", previousVersion: "1.4.0", today: new Date("2027-06-02") };
const majorRelease = { ...minor, version: "2.0.0" };
const tooEarly = { ...majorRelease, today: new Date("2027-05-31") };

const next = (change: (sdl: string) => string) =>
  buildSchema(
    change(`
  enum State { ON OFF AWAY }
  input Filter { name: String }
  type Agent { id: ID!, state: State, host: String }
  type Query { agents(filter: Filter): [Agent!]! }`),
  );

test("what only adds is allowed", () => {
  const added = next((sdl) =>
    sdl.replace("id: ID!", "id: ID!, name: String").replace("name: String }", "name: String, os: String }"),
  );
  expect(forbiddenChanges(before, added, minor)).toEqual([]);
});

test("a deprecated field goes after its date and with a major version, and not otherwise", () => {
  const without = next((sdl) => sdl.replace(", host: String", ""));
  expect(forbiddenChanges(before, without, majorRelease)).toEqual([]);
  expect(forbiddenChanges(before, without, minor)).toEqual(["Agent.host was removed."]);
  expect(forbiddenChanges(before, without, tooEarly)).toEqual(["Agent.host was removed."]);
});

test("the same holds for a value of an enum", () => {
  const without = next((sdl) => sdl.replace(" AWAY", ""));
  expect(forbiddenChanges(before, without, majorRelease)).toEqual([]);
  expect(forbiddenChanges(before, without, minor)).toEqual(["AWAY was removed from enum type State."]);
});

test("what was never deprecated does not go, not even with a major version", () => {
  const changes: Record<string, (sdl: string) => string> = {
    "Agent.state was removed.": (sdl) => sdl.replace("state: State, ", ""),
    "OFF was removed from enum type State.": (sdl) => sdl.replace(" OFF", ""),
    "Agent.id changed type from ID! to ID.": (sdl) => sdl.replace("id: ID!", "id: ID"),
    "A required field os on input type Filter was added.": (sdl) =>
      sdl.replace("name: String }", "name: String, os: String! }"),
    "Query.agents arg filter was removed.": (sdl) => sdl.replace("(filter: Filter)", ""),
  };
  for (const [words, change] of Object.entries(changes)) {
    expect(forbiddenChanges(before, next(change), majorRelease)).toContain(words);
  }
});
