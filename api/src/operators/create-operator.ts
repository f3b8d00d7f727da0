import { uuidv7 } from "uuidv7";
import type { AccessParts } from "../access/access-parts.js";
import type { Role } from "../access/permissions.js";
import type { Tx } from "../database/sql.js";
import type { Actor } from "../events/event.js";
import { encodeId } from "../schema/global-id.js";
import { operatorEvents, operatorStream } from "./operators.events.js";

/** An operator whose rules are met: name clean and free, password hashed. */
export interface OperatorDraft {
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
}

/** Records a new operator and keeps its password. Null as actor: the operator itself. Answers the plain uuid. */
export async function createOperator(
  parts: AccessParts,
  tx: Tx,
  draft: OperatorDraft,
  actor: Actor | null,
): Promise<string> {
  const id = uuidv7();
  const { name, role, passwordHash } = draft;
  const itself: Actor = { kind: "operator", id: encodeId("op", id), name };
  const added = operatorEvents.of("operator.added", { name, role });
  await parts.events.append(tx, operatorStream(id), [added], actor ?? itself);
  await tx.query("insert into operator_passwords (operator_id, hash) values ($1, $2)", [id, passwordHash]);
  return id;
}
