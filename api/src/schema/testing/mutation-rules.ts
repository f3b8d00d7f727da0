import { getNullableType, isInputObjectType, isListType, isNonNullType, isObjectType } from "graphql";
import { describedParts } from "../described-parts.js";
import { bareName, fieldsOf, mutationsOf, typesOf, type StyleRule } from "./schema-parts.js";

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** The verbs that start work, touch machines, or edit an object that others may edit. */
const STARTS_WORK = /^(start|plan|fetch|install)[A-Z]/;
const TOUCHES_MACHINES = /^install[A-Z]/;
const EDITS = /^(rename|retire|set(?!Up$))[A-Z]/;
/** The first word of a sentence about who may use a root field. */
const WHO =
  /(Requires `[a-z]+:[a-z]+`|Requires a login|Requires an agent's token|Requires the permission of|Public)/;
const DEPRECATION = /Use .+\. Removal on \d{4}-\d{2}-\d{2}\.$/;

/** The rules about mutations, subscriptions, descriptions and deprecations. */
export const mutationRules: StyleRule[] = [
  {
    name: "a mutation takes one input, <Mutation>Input!, and answers <Mutation>Payload!",
    check: (schema) =>
      mutationsOf(schema)
        .filter(({ name, args, type }) => {
          const [input, ...more] = args;
          const isInput =
            input?.name === "input" && String(input.type) === `${capital(name)}Input!` && more.length === 0;
          return !isInput || String(type) !== `${capital(name)}Payload!`;
        })
        .map(({ name }) => name),
    broken: "type Mutation { renameAgent(id: ID!, name: String): Int }",
  },
  {
    name: "a payload lists its errors, and its objects can be null where its lists cannot",
    check: (schema) =>
      typesOf(schema).flatMap((type) => {
        if (!isObjectType(type) || !type.name.endsWith("Payload")) return [];
        const { errors, ...others } = type.getFields();
        const wrong = Object.values(others).filter((field) => {
          const inner = getNullableType(field.type);
          if (isListType(inner)) return !isNonNullType(field.type);
          return isObjectType(inner) && isNonNullType(field.type);
        });
        return [
          ...(String(errors?.type) === "[UserError!]!" ? [] : [`${type.name}.errors`]),
          ...wrong.map(({ name }) => `${type.name}.${name}`),
        ];
      }),
    broken: "type Agent { name: String } type RenameAgentPayload { agent: Agent! }",
  },
  {
    name: "a bulk says how many it takes",
    check: (schema) =>
      typesOf(schema).flatMap((type) =>
        isInputObjectType(type)
          ? Object.values(type.getFields())
              .filter((field) => isListType(getNullableType(field.type)) && bareName(field.type) === "ID")
              .filter((field) => !/at most \d+/.test(field.description ?? ""))
              .map((field) => `${type.name}.${field.name}`)
          : [],
      ),
    broken: `input ApproveUpdatesInput { "The ids." ids: [ID!]! }`,
  },
  {
    name: "what starts work takes an idempotencyKey",
    check: (schema) => inputsWithout(schema, STARTS_WORK, "idempotencyKey"),
    broken: "input StartScanInput { id: ID! } type Mutation { startScan(input: StartScanInput!): Int }",
  },
  {
    name: "what touches machines takes dryRun",
    check: (schema) => inputsWithout(schema, TOUCHES_MACHINES, "dryRun"),
    broken:
      "input InstallPlansInput { id: ID! } type Mutation { installPlans(input: InstallPlansInput!): Int }",
  },
  {
    name: "an edit takes expectedVersion",
    check: (schema) => inputsWithout(schema, EDITS, "expectedVersion"),
    broken: "input RenameAgentInput { id: ID! } type Mutation { renameAgent(input: RenameAgentInput!): Int }",
  },
  {
    name: "an error type is a UserError with code, message and path",
    check: (schema) =>
      typesOf(schema)
        .filter((type) => isObjectType(type) && type.name.endsWith("Error"))
        .filter((type) => {
          const { code, message, path } = fieldsOf(type);
          return (
            [code, message, path].map((field) => String(field?.type)).join() !==
            "ErrorCode!,String!,[String!]"
          );
        })
        .map(({ name }) => name),
    broken: "type LimitError { message: String! }",
  },
  {
    name: "a subscription is a subject and a past participle, and resumes after a sequence",
    check: (schema) =>
      Object.values(schema.getSubscriptionType()?.getFields() ?? {})
        .filter(({ name, type, args }) => {
          const event = schema.getType(bareName(type));
          const { sequence, occurredAt } = event ? fieldsOf(event) : {};
          const isEvent = String(type) === `${capital(name)}Event!`;
          const isResumable =
            String(sequence?.type) === "String!" && String(occurredAt?.type) === "DateTime!";
          const takesAfter = args.some(
            (argument) => argument.name === "after" && String(argument.type) === "String",
          );
          return !/[a-z](ed|en)$/.test(name) || !isEvent || !isResumable || !takesAfter;
        })
        .map(({ name }) => name),
    broken: "type Agent { name: String } type Subscription { agentChanged: Agent! }",
  },
  {
    name: "everything has a description of whole sentences",
    check: (schema) =>
      [...describedParts(schema)]
        .filter(({ path }) => !/^(String|Int|Float|Boolean|ID)$/.test(path))
        .filter(({ part }) => !/^[A-Z0-9"[a-z].*[.…]$/s.test(part.description ?? ""))
        .map(({ path }) => path),
    broken: `type Agent { "the name" name: String }`,
  },
  {
    name: "every root field says who may use it",
    check: (schema) =>
      [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((root) =>
        Object.values(root?.getFields() ?? {})
          .filter(({ description }) => !WHO.test(description ?? ""))
          .map(({ name }) => `${root?.name}.${name}`),
      ),
    broken: `type Query { "All agents." agents: Int }`,
  },
  {
    name: "a deprecation names the replacement and the date of the removal",
    check: (schema) =>
      [...describedParts(schema)].flatMap(({ path, part }) => {
        const reason = "deprecationReason" in part ? part.deprecationReason : undefined;
        return typeof reason === "string" && !DEPRECATION.test(reason) ? [path] : [];
      }),
    broken: `type Agent { name: String @deprecated(reason: "Old.") }`,
  },
];

function inputsWithout(schema: Parameters<StyleRule["check"]>[0], verb: RegExp, field: string): string[] {
  return mutationsOf(schema)
    .filter(({ name }) => verb.test(name))
    .filter(({ args }) => {
      const input = schema.getType(bareName(args[0]?.type ?? null));
      return !input || !(field in fieldsOf(input));
    })
    .map(({ name }) => name);
}
