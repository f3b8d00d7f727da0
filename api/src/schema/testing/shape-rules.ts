import {
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLOutputType,
} from "graphql";
import {
  argumentsOf,
  bareName,
  fieldsOf,
  inputFields,
  outputFields,
  typesOf,
  type StyleRule,
} from "./schema-parts.js";

const PAGE_ARGUMENTS = { first: "Int", after: "String", last: "Int", before: "String" } as const;
/** What agents get in hand: named by the id of a node, but no node to look up. */
const IN_AGENTS_HANDS = new Set(["ClaimedCommand", "Transaction"]);

const shape = (type: GraphQLOutputType | undefined): string => String(type);

/** The rules about ids, lists and null. */
export const shapeRules: StyleRule[] = [
  {
    name: "an id is ID!, and whatever has one is a Node",
    check: (schema) =>
      typesOf(schema).flatMap((type) => {
        const id = isObjectType(type) ? type.getFields()["id"] : undefined;
        if (!isObjectType(type) || !id) return [];
        const isNode =
          type.getInterfaces().some(({ name }) => name === "Node") || IN_AGENTS_HANDS.has(type.name);
        return shape(id.type) === "ID!" && isNode ? [] : [`${type.name}.id`];
      }),
    broken: "type Agent { id: String }",
  },
  {
    name: "a relation is an object and never an id",
    check: (schema) =>
      outputFields(schema)
        .filter(({ field }) => /[a-z]Ids?$/.test(field.name))
        .map(({ path }) => path),
    broken: "type Update { agentId: ID! }",
  },
  {
    name: "a connection has edges, nodes, pageInfo and totalCount",
    check: (schema) =>
      typesOf(schema).flatMap((type) => {
        const noun = /^(.+)Connection$/.exec(type.name)?.[1];
        if (noun === undefined || !isObjectType(type)) return [];
        const { edges, nodes, pageInfo, totalCount } = type.getFields();
        const shapes = [edges, nodes, pageInfo, totalCount].map((field) => shape(field?.type)).join();
        return shapes === `[${noun}Edge!]!,[${noun}!]!,PageInfo!,Int!` ? [] : [type.name];
      }),
    broken: "type Agent { name: String } type AgentConnection { nodes: [Agent!]! }",
  },
  {
    name: "a field with a connection takes first, after, last and before, and is never null",
    check: (schema) =>
      outputFields(schema)
        .filter(({ field }) => bareName(field.type).endsWith("Connection"))
        .filter(({ field }) => {
          const given = new Map(field.args.map(({ name, type }) => [name, String(type)]));
          const complete = Object.entries(PAGE_ARGUMENTS).every(([name, type]) => given.get(name) === type);
          return !complete || !isNonNullType(field.type);
        })
        .map(({ path }) => path),
    broken:
      "type AgentConnection { totalCount: Int! } type Query { agents(first: Int, offset: Int): AgentConnection! }",
  },
  {
    name: "lists are paged by keyset and never by offset",
    check: (schema) =>
      argumentsOf(schema)
        .filter(({ field }) => /^(offset|skip|page|limit)$/.test(field.name))
        .map(({ path }) => path),
    broken: "type Query { agents(offset: Int): Int }",
  },
  {
    name: "a filter is called filter and is a <Noun>Filter, an order is called orderBy and is a <Noun>Order",
    check: (schema) =>
      argumentsOf(schema)
        .filter(({ field }) => {
          const type = bareName(field.type);
          const isFilter = type.endsWith("Filter");
          const isOrder = type.endsWith("Order");
          return isFilter !== (field.name === "filter") || isOrder !== (field.name === "orderBy");
        })
        .map(({ path }) => path),
    broken: "input AgentFilter { name: String } type Query { agents(where: AgentFilter): Int }",
  },
  {
    name: "an order is a field and a direction",
    check: (schema) =>
      typesOf(schema)
        .filter(({ name }) => name.endsWith("Order"))
        .filter((type) => {
          const { field, direction } = fieldsOf(type);
          return (
            String(field?.type) !== `${type.name}Field!` || String(direction?.type) !== "OrderDirection!"
          );
        })
        .map(({ name }) => name),
    broken: "input AgentOrder { by: String }",
  },
  {
    name: "comparators are eq, in and contains, or a span of time; no regex",
    check: (schema) =>
      typesOf(schema)
        .filter(({ name }) => /^(Id|String|Int|Date.*)(Filter|Range)$/.test(name))
        .flatMap((type) =>
          Object.keys(fieldsOf(type))
            .filter((name) => !["eq", "in", "contains", "from", "to"].includes(name))
            .map((name) => `${type.name}.${name}`),
        ),
    broken: "input StringFilter { regex: String }",
  },
  {
    name: "a list holds no null, except nodes, which answers id by id",
    check: (schema) =>
      [...outputFields(schema), ...inputFields(schema), ...argumentsOf(schema)]
        .filter(({ field }) => {
          const list = getNullableType(field.type);
          return isListType(list) && !isNonNullType(list.ofType);
        })
        .filter(({ path }) => path !== "Query.nodes")
        .map(({ path }) => path),
    broken: "type Agent { names: [String]! }",
  },
  {
    name: "a look-up by id can be null",
    check: (schema) =>
      Object.values(schema.getQueryType()?.getFields() ?? {})
        .filter(({ args, type }) => args.some(({ name }) => name === "id") && isNonNullType(type))
        .map(({ name }) => name),
    broken: "type Agent { name: String } type Query { agent(id: ID!): Agent! }",
  },
  {
    name: "null means one documented thing",
    check: (schema) => [
      ...outputFields(schema)
        .filter(({ field }) => !isNonNullType(field.type))
        .filter(({ field }) => !/\b[Nn]ull\b/.test(field.description ?? ""))
        .map(({ path }) => path),
      ...inputFields(schema)
        .filter(
          ({ type, field }) =>
            !isNonNullType(field.type) && field.defaultValue === undefined && !/(Filter)$/.test(type.name),
        )
        .filter(
          ({ field }) => !/\b(Null|null|Absent|absent|Required|at most)\b/.test(field.description ?? ""),
        )
        .map(({ path }) => path),
    ],
    broken: `type Agent { "The name." name: String }`,
  },
  {
    name: "errors are an interface and never a union",
    check: (schema) =>
      typesOf(schema)
        .filter(isUnionType)
        .map(({ name }) => name),
    broken: "type A { id: ID! } union Result = A",
  },
];
