import { PreconditionError, type DomainError, type ErrorPath } from "../schema/user-errors.js";
import type { PlanHead } from "./plans.sql.js";

const ways: Readonly<Record<PlanHead["state"], string | null>> = {
  READY: null,
  RESOLVING: "The agent has not resolved this plan yet. Wait for it.",
  FAILED: "The agent could not resolve this plan. Ask for another.",
  EXPIRED: "This plan is too old to be installed. Ask for another.",
  STARTED: "The install of this plan was already started.",
};

/**
 * Why a plan cannot be installed now; nothing when it can. `startedUpdates` are those that the same call
 * installs by another plan.
 */
export function refuseInstall(
  plan: PlanHead,
  acceptRemovals: boolean,
  startedUpdates: ReadonlySet<string>,
  path: ErrorPath,
): DomainError | undefined {
  const refuse = (reason: string, message: string): DomainError =>
    new PreconditionError(reason, message, path);
  const { agentName } = plan;
  if (plan.isAgentRetired) return refuse("AGENT_IS_RETIRED", `${agentName} is retired.`);
  const way = ways[plan.state];
  if (way !== null) return refuse(`PLAN_IS_${plan.state}`, way);
  if (!plan.canInstall) {
    const why = plan.cannotInstallReason ?? "it has not the rights.";
    return refuse("AGENT_CANNOT_INSTALL", `The agent on ${agentName} cannot install: ${why}`);
  }
  const [blocker] = plan.blockers;
  if (blocker) return refuse(`PLAN_IS_BLOCKED`, `${blocker.message} (${blocker.code})`);
  const held = plan.heldPackage ?? plan.updates.find(({ isHeld }) => isHeld)?.name;
  if (held !== undefined) {
    const message = `The plan changes ${held} on ${agentName}, which is held. Release it, or plan without it and what needs it.`;
    return refuse("UPDATE_IS_HELD", message);
  }
  const busy = plan.updates.find(({ id, isInstalling }) => isInstalling || startedUpdates.has(id));
  if (busy) {
    return refuse(
      "UPDATE_IS_BEING_INSTALLED",
      `An install of ${busy.name} on ${agentName} waits or runs already.`,
    );
  }
  const undecided = plan.updates.find(({ state }) => state !== "APPROVED");
  if (undecided) {
    const message = `${undecided.name} on ${agentName} is ${undecided.state.toLowerCase()}, not approved. Approve it first.`;
    return refuse("UPDATE_IS_NOT_APPROVED", message);
  }
  if (plan.removalCount > 0 && !acceptRemovals) {
    const count = plan.removalCount === 1 ? "1 package" : `${plan.removalCount} packages`;
    return refuse(
      "REMOVALS_NOT_ACCEPTED",
      `The plan removes ${count} on ${agentName}. Accept that or leave it.`,
    );
  }
}
