import type { Caller } from "../access/caller.js";
import {
  type About,
  decideUpdates,
  type Decided,
  type DecideParts,
  type Judgement,
} from "./decide-updates.js";
import { updateEvents } from "./project-updates.js";
import { pinMessage } from "./pin-message.js";
import { refuseState } from "./refuse-state.js";
import { updateTransitions } from "./update-states.js";
import type { UpdateToDecide } from "./updates.sql.js";

/**
 * Approves updates: those that wait for a decision or failed, and rejected ones only with `acceptRejected`, so
 * that of an approval and a rejection at the same moment the rejection wins. Held updates are refused.
 * Approving twice changes nothing.
 */
export async function approveUpdates(
  parts: DecideParts,
  caller: Caller,
  input: { readonly ids: readonly string[]; readonly acceptRejected?: boolean | null | undefined },
): Promise<Decided> {
  const judge = (update: UpdateToDecide): Judgement => {
    if (update.state === "APPROVED") return "already";
    const moves = updateTransitions[update.state];
    const next = moves.approve ?? (input.acceptRejected ? moves.overrule : undefined);
    if (next === undefined) return refuseState(update);
    const isHeld = update.isHeldByOperator || update.isHeldByMark || update.isHeldByPin;
    if (isHeld) return refuseHeld(update);
    return "decided";
  };
  const toEvents = (about: About) => [updateEvents.of("update.approved", about)];
  return await decideUpdates(parts, caller, input.ids, { judge, toEvents });
}

function refuseHeld(update: UpdateToDecide): Judgement {
  if (!update.isHeldByOperator && !update.isHeldByMark) {
    return { reason: "UPDATE_IS_HELD", message: pinMessage(update) };
  }
  const where = update.isHeldByOperator ? "is held" : `is held on ${update.agentName} itself`;
  const why = update.holdReason === null ? "" : ` (${update.holdReason})`;
  return { reason: "UPDATE_IS_HELD", message: `${update.name} ${where}${why}. Release it first.` };
}
