import type { Caller } from "../access/caller.js";
import {
  type About,
  decideUpdates,
  type Decided,
  type DecideParts,
  type Judgement,
} from "./decide-updates.js";
import { updateEvents } from "./project-updates.js";
import { readReason } from "./read-reason.js";
import { refuseState } from "./refuse-state.js";
import { updateTransitions } from "./update-states.js";
import type { UpdateToDecide } from "./updates.sql.js";

/**
 * Refuses updates, also approved ones as long as their install has not begun. Rejecting twice changes
 * nothing. Throws ValidationError for a reason over 1000 characters.
 */
export async function rejectUpdates(
  parts: DecideParts,
  caller: Caller,
  input: { readonly ids: readonly string[]; readonly reason?: string | null | undefined },
): Promise<Decided> {
  const reason = readReason(input.reason);
  const judge = (update: UpdateToDecide): Judgement => {
    if (update.state === "REJECTED") return "already";
    return updateTransitions[update.state].reject === undefined ? refuseState(update) : "decided";
  };
  const toEvents = (about: About) => [updateEvents.of("update.rejected", { ...about, reason })];
  return await decideUpdates(parts, caller, input.ids, { judge, toEvents });
}
