import type { Judgement } from "./decide-updates.js";
import type { UpdateToDecide } from "./updates.sql.js";

const closedBecause = {
  INSTALLED_ELSEWHERE: "it was installed by other hands",
  SUPERSEDED: "a newer candidate took its place",
  WITHDRAWN: "it is no longer offered",
} as const;

/** Why a decision comes too late or too early for the state that an update is in. */
export function refuseState(update: UpdateToDecide): Exclude<Judgement, string> {
  const what = `${update.name} ${update.candidateVersion}`;
  switch (update.state) {
    case "CLOSED": {
      const why = update.closedReason ? closedBecause[update.closedReason] : "it is over";
      return { reason: "UPDATE_IS_CLOSED", message: `${what} is closed: ${why}.` };
    }
    case "VERIFIED":
      return { reason: "UPDATE_IS_INSTALLED", message: `${what} is installed and proved.` };
    case "INSTALLED":
      return { reason: "UPDATE_IS_INSTALLED", message: `${what} is installed; a scan will prove it.` };
    case "RESTART_NEEDED":
      return {
        reason: "UPDATE_IS_INSTALLED",
        message: `${what} is installed; a restart will bring it into use.`,
      };
    case "INSTALLING":
      return {
        reason: "UPDATE_IS_INSTALLING",
        message: `${what} is being installed. Cancel the command first.`,
      };
    case "REJECTED":
      return {
        reason: "UPDATE_IS_REJECTED",
        message: `${what} was rejected by ${update.decidedBy ?? "somebody"}. Say acceptRejected to approve it all the same.`,
      };
    default:
      return { reason: "UPDATE_STATE", message: `${what} is ${update.state.toLowerCase()}.` };
  }
}
