import type { Caller } from "../access/caller.js";
import {
  type About,
  decideUpdates,
  type Decided,
  type DecideParts,
  type Judgement,
} from "./decide-updates.js";
import { updateEvents } from "./project-updates.js";
import type { UpdateToDecide } from "./updates.sql.js";

/**
 * Ends holds, also through an update that is over: a hold belongs to the package. A package that only the
 * machine itself holds is refused, since only the machine can release it. Releasing twice changes nothing.
 */
export async function releaseUpdates(
  parts: DecideParts,
  caller: Caller,
  input: { readonly ids: readonly string[] },
): Promise<Decided> {
  const judge = (update: UpdateToDecide): Judgement => {
    if (update.isHeldByOperator) return "decided";
    return update.isHeldOnMachine ? refuseMachineHold(update) : "already";
  };
  const toEvent = (about: About) => updateEvents.of("update.released", about);
  return await decideUpdates(parts, caller, input.ids, { judge, toEvent });
}

function refuseMachineHold(update: UpdateToDecide): Judgement {
  const message = `${update.name} is held on ${update.agentName} itself. Release it there, for example with apt-mark unhold.`;
  return { reason: "HELD_ON_MACHINE", message };
}
