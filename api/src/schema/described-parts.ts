import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, type GraphQLSchema } from "graphql";

/** Something in a schema that carries a description. */
export interface DescribedPart {
  /** "Agent", "Agent.name", "Agent.updates(first:)", "AgentState.ONLINE". */
  readonly path: string;
  readonly part: { description?: string | null | undefined };
}

/** Every type, field, argument, input field and enum value of a schema, without the built-in ones. */
export function* describedParts(schema: GraphQLSchema): Generator<DescribedPart> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    yield { path: type.name, part: type };
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        const path = `${type.name}.${field.name}`;
        yield { path, part: field };
        for (const argument of field.args) yield { path: `${path}(${argument.name}:)`, part: argument };
      }
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        yield { path: `${type.name}.${field.name}`, part: field };
      }
    } else if (isEnumType(type)) {
      for (const value of type.getValues()) yield { path: `${type.name}.${value.name}`, part: value };
    }
  }
}
