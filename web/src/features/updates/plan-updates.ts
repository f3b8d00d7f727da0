import { useCallback } from "react";
import { useClient } from "urql";

import { type BulkOutcome, inBulk } from "../../data/bulk.js";
import { graphql } from "../../data/graphql.js";

const PlanUpdates = graphql(`
  mutation PlanUpdates($ids: [ID!]!) {
    planUpdates(input: { ids: $ids }) {
      plans {
        id
      }
      errors {
        message
        path
      }
    }
  }
`);

/** Asks the agents for the exact transactions; answers with the ids of the plans. */
export function usePlanUpdates(): (ids: readonly string[]) => Promise<BulkOutcome<string>> {
  const client = useClient();
  return useCallback(
    (ids) =>
      inBulk(ids, async (part) => {
        const { data, error } = await client.mutation(PlanUpdates, { ids: part }).toPromise();
        const answer = data?.planUpdates;
        return {
          done: answer?.plans.map(({ id }) => id) ?? [],
          errors: answer?.errors ?? [],
          failure: error,
        };
      }),
    [client],
  );
}

/** The address of the page that shows these plans. */
export const plansPath = (ids: readonly string[]): string => `/plans?ids=${ids.join(",")}`;
