import { countOf, withArticle } from "../commands/summarize-commands.js";
import type { PlanPayload } from "./plans.events.js";

/** What the history says of each event of a plan: one sentence without the actor. */
export const planSummaries = {
  requested: ({ source, updates }: PlanPayload<"plan.requested">): string =>
    `Asked for ${withArticle(source)} plan of ${countOf(updates.length, "update")}.`,
  resolved: ({ source, items, alsoInstalls, alsoRemoves }: PlanPayload<"plan.resolved">): string => {
    const downgrades = [...items, ...alsoInstalls].filter(({ isDowngrade }) => isDowngrade).length;
    const parts = [
      countOf(items.length, "update"),
      ...(alsoInstalls.length > 0 ? [`${alsoInstalls.length} more to install`] : []),
      ...(alsoRemoves.length > 0 ? [`${alsoRemoves.length} to remove`] : []),
      ...(downgrades > 0 ? [`${downgrades} back to an older version`] : []),
    ];
    return `Resolved the ${source} plan: ${parts.join(", ")}.`;
  },
  failed: ({ source, failure }: PlanPayload<"plan.failed">): string =>
    `Could not resolve the ${source} plan: ${failure.message}`,
  started: ({ source, approvals, digest }: PlanPayload<"plan.started">): string =>
    `Started the ${source} install of ${countOf(approvals.length, "update")} as planned, digest ${digest.slice(0, 12)}.`,
} as const;
