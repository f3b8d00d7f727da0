import { useEffect, useEffectEvent } from "react";

import { graphql } from "../../data/graphql.js";
import { useLive } from "../../data/use-live.js";
import { type Plan, PlanFragment } from "./plan-fragment.js";

const PlanProgressed = graphql(
  `
    subscription PlanProgressed($id: ID!, $after: String) {
      commandProgressed(id: $id, after: $after) {
        sequence
        command {
          id
          state
          waitingReason
          plan {
            ...PlanDetails
          }
        }
      }
    }
  `,
  [PlanFragment],
);

/** The most plans that are followed one by one: the server ends a socket's further subscriptions. */
export const MOST_WATCHED = 30;

const AGAIN_MILLISECONDS = 3_000;

/** Keeps a plan current while the agent works it out. */
export function useWatchPlan(plan: Plan, isWatched: boolean): void {
  useLive({
    subscription: PlanProgressed,
    variables: { id: plan.planCommand.id },
    pause: !isWatched || plan.state !== "RESOLVING",
    onEvent: () => undefined,
  });
}

/** Asks again and again for the plans that are too many to be followed one by one. */
export function useAskForTheRest(plans: readonly Plan[], reload: () => void): void {
  const isAnyOpen = plans.slice(MOST_WATCHED).some((plan) => plan.state === "RESOLVING");
  const onReload = useEffectEvent(reload);
  useEffect(() => {
    if (!isAnyOpen) return undefined;
    const timer = setInterval(() => onReload(), AGAIN_MILLISECONDS);
    return () => clearInterval(timer);
  }, [isAnyOpen]);
}
