import type { GraphQLSchema } from "graphql";
import { describedParts } from "./described-parts.js";

/**
 * Puts the contract's descriptions onto the schema that the server is built with, so that they are written
 * once. What the contract does not know keeps none; the drift test tells about it.
 */
export function copyDescriptions(contract: GraphQLSchema, target: GraphQLSchema): void {
  const texts = new Map<string, string | null | undefined>();
  for (const { path, part } of describedParts(contract)) texts.set(path, part.description);
  for (const { path, part } of describedParts(target)) {
    if (texts.has(path)) part.description = texts.get(path) ?? null;
  }
}
