import type { Failure } from "../commands/commands.events.js";
import type { PlanContents, ResolvedPlan } from "../commands/plans-of-commands.js";

type Contents = Pick<ResolvedPlan, "items" | "alsoInstalls" | "alsoRemoves" | "blockers">;

/**
 * Whether a resolved plan is the one that was asked for: exactly the wanted updates at the wanted versions, and nothing
 * that hides. Only a plan with a blocker, which nobody can start, may lack some. Answers what is wrong, or null.
 */
export function mismatchOf(plan: Contents, wanted: PlanContents["updates"]): Failure | null {
  const versions = new Map(wanted.map(({ key, candidateVersion }) => [key, candidateVersion]));
  const seen = new Set<string>();
  for (const { key } of [...plan.items, ...plan.alsoInstalls, ...plan.alsoRemoves]) {
    if (seen.has(key)) return mismatch(`${key} stands there twice`);
    seen.add(key);
  }
  for (const { key, toVersion } of plan.items) {
    const version = versions.get(key);
    if (version === undefined) return mismatch(`nobody asked for ${key}`);
    if (version !== toVersion) {
      return mismatch(`${key} would become ${toVersion ?? "nothing"}, and ${version} was asked for`);
    }
  }
  const removed = plan.alsoInstalls.find(({ toVersion }) => toVersion === null);
  if (removed) return mismatch(`${removed.key} would be removed and is not among the removals`);
  const present = new Set(plan.items.map(({ key }) => key));
  const missing = wanted.find(({ key }) => !present.has(key));
  return missing && plan.blockers.length === 0 ? mismatch(`${missing.key} is missing`) : null;
}

function mismatch(what: string): Failure {
  const message = `The agent resolved another plan than the one that was asked for: ${what}. Plan again.`;
  return { code: "PLAN_MISMATCH", message };
}
