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

/** Keeps a plan current while the agent works it out. */
export function useWatchPlan(plan: Plan): void {
  useLive({
    subscription: PlanProgressed,
    variables: { id: plan.planCommand.id },
    pause: plan.state !== "RESOLVING",
    onEvent: () => undefined,
  });
}
