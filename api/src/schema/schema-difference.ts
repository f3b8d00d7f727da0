import { isSpecifiedScalarType, lexicographicSortSchema, printType, type GraphQLSchema } from "graphql";
import { describedParts } from "./described-parts.js";

/** What is in one schema and not in the other; empty when both have the same structure. */
export interface SchemaDifference {
  /** For each line, the type it stands in: "Agent: name: String!". */
  readonly onlyInContract: readonly string[];
  readonly onlyInServer: readonly string[];
}

/**
 * Compares everything but descriptions and order: types, fields, arguments, defaults, nullability, enum
 * values, interfaces, unions, deprecations.
 */
export function schemaDifference(contract: GraphQLSchema, server: GraphQLSchema): SchemaDifference {
  const contractLines = linesOf(contract);
  const serverLines = linesOf(server);
  return {
    onlyInContract: [...contractLines].filter((line) => !serverLines.has(line)),
    onlyInServer: [...serverLines].filter((line) => !contractLines.has(line)),
  };
}

/** What to tell whoever made the difference. */
export function explainDifference(difference: SchemaDifference): string {
  const part = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
  return [
    ...part(
      "In schema.graphql, but not in the server. Write or correct the type-graphql classes:",
      difference.onlyInContract,
    ),
    ...part(
      "In the server, but not in schema.graphql. If it is meant, edit schema.graphql first; else remove it:",
      difference.onlyInServer,
    ),
  ].join("\n");
}

function linesOf(schema: GraphQLSchema): Set<string> {
  const lines = new Set<string>();
  const copy = lexicographicSortSchema(schema);
  for (const { part } of describedParts(copy)) part.description = null;
  for (const type of Object.values(copy.getTypeMap())) {
    if (type.name.startsWith("__") || isSpecifiedScalarType(type)) continue;
    for (const line of printType(type).split("\n")) {
      const text = line.trim();
      if (text !== "" && text !== "}") lines.add(`${type.name}: ${text}`);
    }
  }
  return lines;
}
