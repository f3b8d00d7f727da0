import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from "graphql";

/** One rule of docs/api-style.md. */
export interface StyleRule {
  /** Names the test. */
  readonly name: string;
  /** Every place that breaks the rule, for example "Agent.agent_name". */
  readonly check: (schema: GraphQLSchema) => string[];
  /** A schema that breaks it, so that the rule is known to bite. `type Query` is added when it is missing. */
  readonly broken: string;
}

/** A field with the type that it stands in. */
export interface Place<Field> {
  readonly type: GraphQLNamedType;
  readonly field: Field;
  /** "Agent.name" */
  readonly path: string;
}

/** Every type of the schema's own. */
export function typesOf(schema: GraphQLSchema): GraphQLNamedType[] {
  return Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith("__"));
}

/** Every field that can be asked for. */
export function outputFields(schema: GraphQLSchema): Place<GraphQLField<unknown, unknown>>[] {
  return typesOf(schema).flatMap((type) =>
    isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields()).map((field) => ({ type, field, path: `${type.name}.${field.name}` }))
      : [],
  );
}

/** Every field of an input. */
export function inputFields(schema: GraphQLSchema): Place<GraphQLInputField>[] {
  return typesOf(schema).flatMap((type) =>
    isInputObjectType(type)
      ? Object.values(type.getFields()).map((field) => ({ type, field, path: `${type.name}.${field.name}` }))
      : [],
  );
}

/** Every argument of a field. */
export function argumentsOf(schema: GraphQLSchema): Place<GraphQLArgument>[] {
  return outputFields(schema).flatMap(({ type, field, path }) =>
    field.args.map((argument) => ({ type, field: argument, path: `${path}(${argument.name}:)` })),
  );
}

/** Every value of an enum. */
export function enumValues(schema: GraphQLSchema): { path: string; name: string }[] {
  return typesOf(schema).flatMap((type) =>
    isEnumType(type) ? type.getValues().map(({ name }) => ({ path: `${type.name}.${name}`, name })) : [],
  );
}

/** The fields of Mutation. */
export function mutationsOf(schema: GraphQLSchema): GraphQLField<unknown, unknown>[] {
  return Object.values(schema.getMutationType()?.getFields() ?? {});
}

/** The fields of an input or an object by name; nothing for other types. */
export function fieldsOf(
  type: GraphQLNamedType,
): Record<string, { type: GraphQLArgument["type"] | GraphQLField<unknown, unknown>["type"] }> {
  return isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? type.getFields() : {};
}

/** The name of a type without its `!` and `[]`. */
export function bareName(type: Parameters<typeof getNamedType>[0]): string {
  return getNamedType(type)?.name ?? "";
}

/** "agentId" → ["agent", "Id"] */
export function words(name: string): string[] {
  return name.split(/(?=[A-Z])/);
}
