import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSchema, type GraphQLSchema } from "graphql";

/** Where the contract lies, from the sources and from dist alike: beside the `api` folder. */
const CONTRACT = new URL("../../../schema.graphql", import.meta.url);

/** The contract's text. Throws one clear sentence when the file is missing. */
export function readContract(): string {
  try {
    return readFileSync(CONTRACT, "utf8");
  } catch (cause) {
    throw new Error(
      `The contract ${fileURLToPath(CONTRACT)} cannot be read; put schema.graphql back beside the api folder.`,
      { cause },
    );
  }
}

/** The contract as a schema without resolvers. */
export function loadContract(): GraphQLSchema {
  return buildSchema(readContract());
}
