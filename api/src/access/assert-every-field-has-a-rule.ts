import { isObjectType, type GraphQLSchema } from "graphql";
import { ruleOf } from "./rule-of.js";

/**
 * Walks the whole schema and throws when one field of one type has neither a rule of its own nor its type's,
 * or when a root field only inherits, naming every such field. Called at start: the server refuses to run.
 */
export function assertEveryFieldHasARule(schema: GraphQLSchema): void {
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  const lacking: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      const rule = ruleOf(type, field);
      if (!rule || (rule.kind === "inherits" && roots.has(type))) lacking.push(`${type.name}.${field.name}`);
    }
  }
  if (lacking.length === 0) return;
  throw new Error(
    `The server does not start, because nobody has said who may use ${lacking.join(", ")}. ` +
      "Give the field or its type one of @Requires, @ForLoggedIn, @ForAgents, @Public and @Inherits.",
  );
}
