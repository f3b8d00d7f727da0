import { initGraphQLTada } from "gql.tada";

import type { introspection } from "../graphql-env.js";

/** Types every operation against `schema.graphql`; fragments are read without unmasking. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { DateTime: string; SafeInt: number; JSON: unknown };
}>();

export type { FragmentOf, ResultOf } from "gql.tada";
