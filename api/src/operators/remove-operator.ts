import { actorOf, type Caller } from "../access/caller.js";
import { inTransaction } from "../database/unit-of-work.js";
import { lockStreams } from "../events/lock-streams.js";
import { requireId } from "../schema/global-id.js";
import { NotFoundError, PreconditionError } from "../schema/user-errors.js";
import { countAdmins, findOperator } from "./find-operators.js";
import type { OperatorParts } from "./operator-parts.js";
import { ALL_OPERATORS, operatorEvents, operatorStream } from "./operators.events.js";
import { endSessionsOf } from "./sessions.js";

/** Takes an operator's login away at once; answers its plain uuid. The last admin stays. */
export async function removeOperator(
  parts: Pick<OperatorParts, "database" | "events" | "revocations">,
  caller: Caller,
  globalId: string,
): Promise<string> {
  const path = ["input", "id"];
  const id = requireId("op", globalId, path);
  await inTransaction(parts.database, async (tx) => {
    await lockStreams(tx, [ALL_OPERATORS, operatorStream(id)]);
    const operator = await findOperator(tx, id);
    if (!operator) throw NotFoundError.of("operator", globalId, path);
    if (operator.role === "admin" && (await countAdmins(tx)) === 1) {
      throw new PreconditionError("LAST_ADMIN", "The last admin stays. Add another admin first.", path);
    }
    const removed = operatorEvents.of("operator.removed", { name: operator.name });
    await parts.events.append(tx, operatorStream(id), [removed], actorOf(caller));
    await endSessionsOf(tx, id);
    await tx.query("delete from operator_passwords where operator_id = $1", [id]);
  });
  parts.revocations.announce({ kind: "operator", id });
  return id;
}
