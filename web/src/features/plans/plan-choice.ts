import { formatBytes } from "../../ui/format.js";
import type { Plan } from "./plan-fragment.js";

/** What the reader decided about each plan: left out, and removals accepted. */
export interface PlanChoice {
  readonly leftOut: ReadonlySet<string>;
  readonly removalsAccepted: ReadonlySet<string>;
}

/** Nothing left out, nothing accepted. */
export const NO_CHOICE: PlanChoice = { leftOut: new Set(), removalsAccepted: new Set() };

/** Why a plan cannot be installed now, for people; null when it can. */
export function whyNot(plan: Plan, choice: PlanChoice, now: number): string | null {
  if (plan.state === "RESOLVING") return "The agent is still working it out.";
  if (plan.state === "FAILED") return "It could not be worked out.";
  if (plan.state === "STARTED") return "Its install was started already.";
  if (isExpired(plan, now)) return "It is too old. Ask for another.";
  if (plan.blockers.length > 0) return plan.blockers[0]?.message ?? "Something stands in the way.";
  if (plan.alsoRemoves.length > 0 && !choice.removalsAccepted.has(plan.id)) {
    return "It removes packages. Accept that first.";
  }
  return null;
}

/** Whether a plan is too old, also when the server has not said so yet. */
export function isExpired(plan: Pick<Plan, "state" | "expiresAt">, now: number): boolean {
  return (
    plan.state === "EXPIRED" ||
    (plan.state === "READY" && plan.expiresAt !== null && Date.parse(plan.expiresAt) <= now)
  );
}

/** The plans that one click would install. */
export function installable(plans: readonly Plan[], choice: PlanChoice, now: number): readonly Plan[] {
  return plans.filter((plan) => !choice.leftOut.has(plan.id) && whyNot(plan, choice, now) === null);
}

/** The updates that are still to be approved before these plans can be installed. */
export function toApprove(plans: readonly Plan[]): readonly string[] {
  const open = plans
    .flatMap((plan) => plan.updates)
    .filter(({ state }) => state === "PENDING" || state === "FAILED" || state === "REJECTED");
  return [...new Set(open.map(({ id }) => id))];
}

/** How much these plans download, for people; a plan whose size is not known makes it a lower bound. */
export function downloadOf(plans: readonly Pick<Plan, "downloadBytes">[]): string {
  const known = plans.flatMap(({ downloadBytes }) => downloadBytes ?? []);
  if (known.length === 0) return "size of the download not known";
  const text = `${formatBytes(known.reduce((sum, bytes) => sum + bytes, 0))} to download`;
  return known.length === plans.length ? text : `at least ${text}`;
}

/** Adds an id to a set, or takes it out. */
export function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return ids.has(id) ? new Set([...ids].filter((each) => each !== id)) : new Set([...ids, id]);
}
