import { isEnumType, isScalarType } from "graphql";
import {
  argumentsOf,
  bareName,
  enumValues,
  inputFields,
  mutationsOf,
  outputFields,
  typesOf,
  words,
  type StyleRule,
} from "./schema-parts.js";

const PREDICATE = /^(is|has|can|requires)[A-Z]/;
/** Booleans that ask for something instead of telling how it is; a command hands them back under their name. */
const WISHES = new Set([
  "dryRun",
  "refresh",
  "everywhere",
  "acceptRemovals",
  "acceptRejected",
  "acceptPartly",
]);
/** Named after their type for a reason that docs/api-style.md gives. */
const OWN_NAME_ALLOWED = new Set(["Agent.agentVersion", "Plan.planCommand"]);
/** Counts the edits of an object. */
const EDIT_COUNTERS = new Set(["version", "expectedVersion", "currentVersion"]);

/** The rules about names. `verbs` is the list of the guide. */
export function nameRules(verbs: readonly string[]): StyleRule[] {
  const startsWithVerb = (name: string): boolean =>
    verbs.some((verb) => name === verb || (name.startsWith(verb) && /[A-Z]/.test(name[verb.length] ?? "")));
  return [
    {
      name: "update is a noun and never a verb",
      check: (schema) =>
        mutationsOf(schema)
          .filter(({ name }) => name.startsWith("update"))
          .map(({ name }) => name),
      broken: "type Mutation { updateUpdate: Int }",
    },
    {
      name: "a mutation begins with a verb of the guide",
      check: (schema) =>
        mutationsOf(schema)
          .filter(({ name }) => !startsWithVerb(name))
          .map(({ name }) => name),
      broken: "type Mutation { agentRename: Int }",
    },
    {
      name: "types are PascalCase and singular",
      check: (schema) =>
        typesOf(schema)
          .filter(({ name }) => !/^([A-Z][a-z0-9]+|JSON|ID)+$/.test(name))
          .map(({ name }) => name),
      broken: "type agent_facts { id: ID! }",
    },
    {
      name: "fields and arguments are camelCase",
      check: (schema) =>
        [...outputFields(schema), ...inputFields(schema), ...argumentsOf(schema)]
          .filter(({ field }) => !/^[a-z][a-zA-Z0-9]*$/.test(field.name))
          .map(({ path }) => path),
      broken: "type Agent { os_name: String }",
    },
    {
      name: "enum values are SCREAMING_SNAKE_CASE",
      check: (schema) =>
        enumValues(schema)
          .filter(({ name }) => !/^[A-Z][A-Z0-9_]*$/.test(name))
          .map(({ path }) => path),
      broken: "enum State { Online }",
    },
    {
      name: "booleans are predicates",
      check: (schema) =>
        [...outputFields(schema), ...inputFields(schema), ...argumentsOf(schema)]
          .filter(({ field }) => bareName(field.type) === "Boolean")
          .filter(({ field }) => !PREDICATE.test(field.name) && !WISHES.has(field.name))
          .map(({ path }) => path),
      broken: "type Update { held: Boolean }",
    },
    {
      name: "a type's name is not repeated in its own fields",
      check: (schema) =>
        outputFields(schema)
          .filter(
            ({ type, path }) =>
              !/(Payload|Connection|Edge|Event|Counts)$/.test(type.name) && !OWN_NAME_ALLOWED.has(path),
          )
          .filter(
            ({ type, field }) =>
              words(field.name)[0] === type.name.toLowerCase() && words(field.name).length > 1,
          )
          .map(({ path }) => path),
      broken: "type Agent { agentName: String }",
    },
    {
      name: "moments are DateTime, and only their names end in At",
      check: (schema) =>
        [...outputFields(schema), ...inputFields(schema)]
          .filter(({ type }) => type.name !== "DateTimeRange" && !type.name.endsWith("Filter"))
          .filter(({ field }) => (bareName(field.type) === "DateTime") !== /[a-z]At$/.test(field.name))
          .map(({ path }) => path),
      broken: "scalar DateTime type Agent { lastSeen: DateTime }",
    },
    {
      name: "durations carry their unit",
      check: (schema) =>
        [...outputFields(schema), ...inputFields(schema), ...argumentsOf(schema)]
          .filter(({ field }) => /(interval|timeout|duration|age|lease|delay|validity)$/i.test(field.name))
          .filter(({ field }) => ["Int", "Float", "SafeInt"].includes(bareName(field.type)))
          .map(({ path }) => path),
      broken: "type Agent { checkInInterval: Int }",
    },
    {
      name: "bytes are SafeInt",
      check: (schema) =>
        [...outputFields(schema), ...inputFields(schema)]
          .filter(({ field }) => /bytes$/i.test(field.name) && bareName(field.type) !== "SafeInt")
          .map(({ path }) => path),
      broken: "type Update { downloadBytes: Int }",
    },
    {
      name: "versions are opaque strings, except where they count edits",
      check: (schema) =>
        [...outputFields(schema), ...inputFields(schema)]
          .filter(({ field }) => /version$/i.test(field.name) && bareName(field.type) !== "String")
          .filter(({ field }) => !(EDIT_COUNTERS.has(field.name) && bareName(field.type) === "Int"))
          .map(({ path }) => path),
      broken: "type Update { candidateVersion: Int }",
    },
    {
      name: "JSON appears in exactly one place, Update.details",
      check: (schema) =>
        [...outputFields(schema), ...inputFields(schema), ...argumentsOf(schema)]
          .filter(({ field, path }) => bareName(field.type) === "JSON" && path !== "Update.details")
          .map(({ path }) => path),
      broken: "scalar JSON type Agent { facts: JSON }",
    },
    {
      name: "what is one of several words is an enum, whose name says so",
      check: (schema) =>
        outputFields(schema)
          .filter(({ field }) => /^(state|status|kind|severity|role)$/.test(field.name))
          .filter(
            ({ field }) => !isEnumType(schema.getType(bareName(field.type))) || isScalarType(field.type),
          )
          .map(({ path }) => path),
      broken: "type Agent { state: String }",
    },
  ];
}
