import type { initGraphQLTada } from "gql.tada";
import type { introspection } from "../graphql-env.js";

interface Setup {
  introspection: introspection;
  scalars: { DateTime: string; SafeInt: number; JSON: unknown };
  disableMasking: true;
}

type Tada = ReturnType<typeof initGraphQLTada<Setup>>;

/**
 * Types an operation from `schema.graphql` and leaves it the plain text that goes over the wire: no parser is loaded on
 * the machine. Fragments are not supported.
 */
export const graphql = ((source: string) => source) as unknown as Tada;
