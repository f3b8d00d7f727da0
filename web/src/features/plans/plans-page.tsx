import { FileQuestion } from "lucide-react";
import { useSearchParams } from "react-router";

import { loadState } from "../../data/load-state.js";
import { useReloadOn } from "../../data/signals.js";
import { ButtonLink } from "../../ui/button.js";
import { EmptyState } from "../../ui/empty-state.js";
import { ErrorState } from "../../ui/error-state.js";
import { Notice } from "../../ui/notice.js";
import { Page } from "../../ui/page.js";
import { Skeleton } from "../../ui/skeleton.js";
import { PlanPreview } from "./plan-preview.js";
import { MOST_PLANS, usePlans } from "./use-plans.js";
import { useAskForTheRest } from "./watch-plan.js";

/** The plans of the address, to be read and then installed. */
export function PlansPage() {
  const [params] = useSearchParams();
  const ids = (params.get("ids") ?? "").split(",").filter(Boolean);
  const { data, error, reload } = usePlans(ids);
  useReloadOn(["updates"], reload);
  useAskForTheRest(data ?? [], reload);
  const state = loadState({ data, error });
  if (ids.length > 0 && state.is === "failed") return <ErrorState message={state.message} onRetry={reload} />;
  if (ids.length > 0 && !data) return <Skeleton rows={10} />;
  if (!data || data.length === 0) {
    return (
      <Page title="Plan preview">
        <EmptyState icon={FileQuestion} title="No plan to show">
          <p>Select updates and choose “Preview plan” to see exactly what installing them would change.</p>
          <ButtonLink to="/updates">To the updates</ButtonLink>
        </EmptyState>
      </Page>
    );
  }
  return (
    <PlanPreview key={ids.join()} plans={data}>
      {ids.length > MOST_PLANS && (
        <Notice tone="warn" title={`Only the first ${MOST_PLANS} of ${ids.length} plans are shown`}>
          Only these are installed from here. Select fewer updates at once for the others.
        </Notice>
      )}
    </PlanPreview>
  );
}
