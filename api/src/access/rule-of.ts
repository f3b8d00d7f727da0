import type { GraphQLField, GraphQLObjectType } from "graphql";
import type { Rule } from "./rules.js";

/** The rule of a field: its own, else its type's; nothing when neither has one. */
export function ruleOf(
  type: Pick<GraphQLObjectType, "extensions">,
  field: Pick<GraphQLField<unknown, unknown>, "extensions">,
): Rule | undefined {
  return (field.extensions.rule ?? type.extensions.rule) as Rule | undefined;
}
