import type { Caller } from "../access/caller.js";
import {
  type About,
  decideUpdates,
  type Decided,
  type DecideParts,
  type Judgement,
} from "./decide-updates.js";
import { updateEvents } from "./project-updates.js";
import { queueMarks } from "./queue-marks.js";
import { readReason } from "./read-reason.js";
import { refuseState } from "./refuse-state.js";
import { openStates } from "./update-states.js";
import type { UpdateToDecide } from "./updates.sql.js";

const open = new Set<string>(openStates);

/**
 * Holds the packages of open updates: these candidates and all later ones. Where the machine's package manager
 * does not hold them too, a HOLD command asks it to, also again after one that failed. Holding again with
 * another reason changes the reason. What is being installed goes on. Throws ValidationError for a reason over
 * 1000 characters.
 */
export async function holdUpdates(
  parts: DecideParts,
  caller: Caller,
  input: { readonly ids: readonly string[]; readonly reason?: string | null | undefined },
): Promise<Decided> {
  const reason = readReason(input.reason);
  const judge = (update: UpdateToDecide): Judgement => {
    if (!open.has(update.state)) return refuseState(update);
    return update.isHeldByOperator && update.holdReason === reason ? "already" : "decided";
  };
  const toEvents = (about: About) => [updateEvents.of("update.held", { ...about, reason })];
  const alsoEvents = (updates: readonly UpdateToDecide[], now: Date) => queueMarks("HOLD", updates, now);
  return await decideUpdates(parts, caller, input.ids, { judge, toEvents, alsoEvents });
}
