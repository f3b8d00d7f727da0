import type { CombinedError } from "@urql/core";

import { graphql } from "../../data/graphql.js";
import { useKeptQuery } from "../../data/use-kept-query.js";
import { type Plan, PlanFragment } from "./plan-fragment.js";

const PlansQuery = graphql(
  `
    query Plans($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        ... on Plan {
          ...PlanDetails
        }
      }
    }
  `,
  [PlanFragment],
);

/** The server refuses more plans in one operation as too large. */
const PART = 100;

/** The most plans that are shown at once. */
export const MOST_PLANS = 2 * PART;

interface Plans {
  /** Undefined until they came. */
  readonly data: readonly Plan[] | undefined;
  readonly error: CombinedError | undefined;
  readonly reload: () => void;
}

/** Plans by their ids, at most `MOST_PLANS`; ids of anything else are left out. */
export function usePlans(ids: readonly string[]): Plans {
  const [first, reloadFirst] = usePart(ids.slice(0, PART));
  const [second, reloadSecond] = usePart(ids.slice(PART, MOST_PLANS));
  const isLoaded = first.data !== undefined && (ids.length <= PART || second.data !== undefined);
  const nodes = [...(first.data?.nodes ?? []), ...(second.data?.nodes ?? [])];
  return {
    data: isLoaded ? nodes.filter((node) => node?.__typename === "Plan") : undefined,
    error: first.error ?? second.error,
    reload: () => {
      reloadFirst({ requestPolicy: "network-only" });
      if (ids.length > PART) reloadSecond({ requestPolicy: "network-only" });
    },
  };
}

const usePart = (ids: string[]) =>
  useKeptQuery({
    query: PlansQuery,
    variables: { ids },
    pause: ids.length === 0,
    requestPolicy: "cache-and-network",
  });
