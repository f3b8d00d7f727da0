import type { Caller } from "../access/caller.js";
import {
  type About,
  decideUpdates,
  type Decided,
  type DecideParts,
  type Judgement,
} from "./decide-updates.js";
import { pinMessage } from "./pin-message.js";
import { updateEvents } from "./project-updates.js";
import { queueMarks } from "./queue-marks.js";
import type { UpdateToDecide } from "./updates.sql.js";

/**
 * Ends holds, also through an update that is over: a hold belongs to the package. A RELEASE command takes the
 * machine's own mark away, whoever set it. A package that only a pin holds is refused, since only the machine's
 * owner can change that. Releasing twice changes nothing.
 */
export async function releaseUpdates(
  parts: DecideParts,
  caller: Caller,
  input: { readonly ids: readonly string[] },
): Promise<Decided> {
  const judge = (update: UpdateToDecide): Judgement => {
    if (update.isHeldByOperator) return "decided";
    if (update.pendingMark === "RELEASE") return "already";
    if (update.isHeldByMark || update.pendingMark === "HOLD") return "decided";
    return update.isHeldByPin ? { reason: "HELD_BY_PIN", message: pinMessage(update) } : "already";
  };
  const toEvents = (about: About) => [updateEvents.of("update.released", about)];
  const alsoEvents = (updates: readonly UpdateToDecide[], now: Date) => queueMarks("RELEASE", updates, now);
  return await decideUpdates(parts, caller, input.ids, { judge, toEvents, alsoEvents });
}
