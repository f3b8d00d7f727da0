import { PreconditionError, type DomainError, type ErrorPath } from "../schema/user-errors.js";
import { commandStates } from "./command-states.js";
import type { RollbackCandidate } from "./rollbacks.sql.js";

/** What speaks against a rollback, the first thing first: reason and message; nothing when it may begin. */
function objection(command: RollbackCandidate, acceptPartly: boolean): readonly [string, string] | undefined {
  const { agentName, source, reversibility, later } = command;
  if (command.type !== "INSTALL") {
    const what = command.type.toLowerCase();
    return ["COMMAND_IS_NOT_AN_INSTALL", `A ${what} cannot be rolled back, only an install.`];
  }
  if (command.isAgentRetired) return ["AGENT_IS_RETIRED", `${agentName} is retired.`];
  if (!commandStates[command.state].hasEnded) {
    return ["COMMAND_HAS_NOT_ENDED", "The install has not ended yet. Wait for it, or cancel it."];
  }
  if (command.movedCount === 0) {
    return [
      "NOTHING_WAS_CHANGED",
      "No package has another version since this install, so nothing goes back.",
    ];
  }
  if (command.isRolledBack) return ["ALREADY_ROLLED_BACK", "This install was rolled back already."];
  if (command.isRollbackInHand)
    return ["ROLLBACK_IN_HAND", "A rollback of this install waits or runs already."];
  if (!command.canInstall) {
    const why = command.cannotInstallReason ?? "it has not the rights.";
    return ["AGENT_CANNOT_INSTALL", `The agent on ${agentName} cannot roll back: ${why}`];
  }
  if (command.isInstallInHand) {
    const message = `Another ${source} install on ${agentName} waits or runs. Wait for it, or cancel it.`;
    return ["INSTALL_IN_HAND", message];
  }
  if (later) {
    const names = later.names.toSorted().join(", ");
    const message = `A later install changed ${names} again. Roll that one back first: cmd_${later.id}.`;
    return ["CHANGED_BY_LATER_INSTALL", message];
  }
  if (command.heldName !== null) {
    return ["UPDATE_IS_HELD", `${command.heldName} on ${agentName} is held. Release it first.`];
  }
  const why = reversibility?.reasons.join(" ") ?? "";
  if (reversibility?.level === "NOT") {
    return ["NOT_REVERSIBLE", `This install cannot be rolled back. ${why}`.trimEnd()];
  }
  if (reversibility?.level === "REVERSIBLE" || acceptPartly) return undefined;
  const how =
    reversibility === null
      ? `${source} did not say how far this install can be rolled back.`
      : `This install can be rolled back only in part. ${why}`.trimEnd();
  return ["PARTLY_NOT_ACCEPTED", `${how} Accept that or leave it.`];
}

/** Why a command cannot be rolled back; nothing when it can. */
export function refuseRollback(
  command: RollbackCandidate,
  acceptPartly: boolean,
  path: ErrorPath,
): DomainError | undefined {
  const found = objection(command, acceptPartly);
  return found && new PreconditionError(found[0], found[1], path);
}
