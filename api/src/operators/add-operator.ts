import { actorOf, type Caller } from "../access/caller.js";
import { permissionsOf, type Role } from "../access/permissions.js";
import { inTransaction } from "../database/unit-of-work.js";
import { lockStreams } from "../events/lock-streams.js";
import { ConflictError, ValidationError } from "../schema/user-errors.js";
import { createOperator } from "./create-operator.js";
import { isNameTaken } from "./find-operators.js";
import { cleanName, nameKey } from "../access/clean-name.js";
import type { OperatorParts } from "./operator-parts.js";
import { ALL_OPERATORS } from "./operators.events.js";
import { cleanPassword } from "./password.js";

/** Adds an operator who may do no more than the caller; answers its plain uuid. */
export async function addOperator(
  parts: OperatorParts,
  caller: Caller,
  input: { readonly name: string; readonly password: string; readonly role: Role },
): Promise<string> {
  const name = cleanName(input.name);
  const password = cleanPassword(input.password, ["input", "password"]);
  const { role } = input;
  if (!permissionsOf[role].isSubsetOf(caller.permissions)) {
    throw new ValidationError(`You cannot make somebody ${role}, because you may do less yourself.`, [
      "input",
      "role",
    ]);
  }
  const passwordHash = await parts.hasher.hash(password);
  return inTransaction(parts.database, async (tx) => {
    await lockStreams(tx, [ALL_OPERATORS]);
    if (await isNameTaken(tx, nameKey(name))) {
      throw new ConflictError(`There is an operator named ${name} already. Choose another name.`, null, [
        "input",
        "name",
      ]);
    }
    return createOperator(parts, tx, { name, role, passwordHash }, actorOf(caller));
  });
}
