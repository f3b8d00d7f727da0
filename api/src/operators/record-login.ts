import type { AccessParts } from "../access/access-parts.js";
import { actorOf, type OperatorCaller } from "../access/caller.js";
import { permissionsOf } from "../access/permissions.js";
import type { Tx } from "../database/sql.js";
import type { FoundOperator } from "./find-operators.js";
import { operatorEvents, operatorStream } from "./operators.events.js";
import { openSession, type NewSession } from "./sessions.js";

/** Who has just logged in, and the session to put into the cookie. */
export interface LoggedIn {
  readonly caller: OperatorCaller;
  readonly session: NewSession;
}

/** Opens a session and records it. */
export async function recordLogin(parts: AccessParts, tx: Tx, operator: FoundOperator): Promise<LoggedIn> {
  const session = await openSession(parts, tx, operator.id);
  const caller: OperatorCaller = {
    kind: "operator",
    ...operator,
    permissions: permissionsOf[operator.role],
    sessionId: session.id,
    expiresAt: session.expiresAt,
  };
  const loggedIn = operatorEvents.of("operator.logged_in", {});
  await parts.events.append(tx, operatorStream(operator.id), [loggedIn], actorOf(caller));
  return { caller, session };
}
