import { actorOf, type Caller } from "../access/caller.js";
import { inTransaction } from "../database/unit-of-work.js";
import { PreconditionError } from "../schema/user-errors.js";
import type { OperatorParts } from "./operator-parts.js";
import { operatorEvents, operatorStream } from "./operators.events.js";
import { endSession, endSessionsOf } from "./sessions.js";

/** Ends the caller's session, or all of the same operator, and closes their sockets. */
export async function logOut(
  parts: Pick<OperatorParts, "database" | "events" | "revocations">,
  caller: Caller,
  everywhere: boolean,
): Promise<void> {
  if (caller.kind !== "operator") {
    throw new PreconditionError("NO_SESSION", "A token has no session to end. Revoke the token instead.");
  }
  const { id, sessionId } = caller;
  await inTransaction(parts.database, async (tx) => {
    const loggedOut = operatorEvents.of("operator.logged_out", { everywhere });
    await parts.events.append(tx, operatorStream(id), [loggedOut], actorOf(caller));
    await (everywhere ? endSessionsOf(tx, id) : endSession(tx, sessionId));
  });
  parts.revocations.announce(everywhere ? { kind: "operator", id } : { kind: "session", id: sessionId });
}
