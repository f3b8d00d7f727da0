import { FileQuestion } from "lucide-react";
import { useSearchParams } from "react-router";
import { useQuery } from "urql";

import { graphql } from "../../data/graphql.js";
import { loadState } from "../../data/load-state.js";
import { useReloadOn } from "../../data/signals.js";
import { ButtonLink } from "../../ui/button.js";
import { EmptyState } from "../../ui/empty-state.js";
import { ErrorState } from "../../ui/error-state.js";
import { Page } from "../../ui/page.js";
import { Skeleton } from "../../ui/skeleton.js";
import { PlanFragment } from "./plan-fragment.js";
import { PlanPreview } from "./plan-preview.js";

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

const MOST_PLANS = 200;

/** The plans of the address, to be read and then installed. */
export function PlansPage() {
  const [params] = useSearchParams();
  const ids = (params.get("ids") ?? "").split(",").filter(Boolean).slice(0, MOST_PLANS);
  const [result, reload] = useQuery({
    query: PlansQuery,
    variables: { ids },
    pause: ids.length === 0,
    requestPolicy: "cache-and-network",
  });
  const again = () => reload({ requestPolicy: "network-only" });
  useReloadOn(["updates"], again);
  const plans = (result.data?.nodes ?? []).filter((node) => node?.__typename === "Plan");
  const state = loadState(result);
  if (ids.length > 0 && state.is === "loading") return <Skeleton rows={10} />;
  if (state.is === "failed") return <ErrorState message={state.message} onRetry={again} />;
  if (plans.length === 0) {
    return (
      <Page title="Plan preview">
        <EmptyState icon={FileQuestion} title="No plan to show">
          <p>Select updates and choose “Preview plan” to see exactly what installing them would change.</p>
          <ButtonLink to="/updates">To the updates</ButtonLink>
        </EmptyState>
      </Page>
    );
  }
  return <PlanPreview key={ids.join()} plans={plans} />;
}
