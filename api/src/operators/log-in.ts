import { addressKey } from "../access/address-key.js";
import { inTransaction } from "../database/unit-of-work.js";
import { lockStreams } from "../events/lock-streams.js";
import { ValidationError } from "../schema/user-errors.js";
import { findOperator, type FoundOperator } from "./find-operators.js";
import { nameKey } from "../access/clean-name.js";
import type { OperatorParts } from "./operator-parts.js";
import { operatorStream } from "./operators.events.js";
import { recordLogin, type LoggedIn } from "./record-login.js";

/**
 * Opens a session for a name and a password. A wrong name takes as long as a wrong password and is answered
 * alike. Throws ValidationError, or RATE_LIMITED.
 */
export async function logIn(
  parts: OperatorParts,
  input: { readonly name: string; readonly password: string },
  address: string,
): Promise<LoggedIn> {
  const key = nameKey(input.name.slice(0, 200));
  const attempts = [`logIn ${addressKey(address)} ${key}`, `logIn ${addressKey(address)}`] as const;
  parts.byAddress.begin(attempts[1]);
  parts.byName.begin(attempts[0]);
  const [found] = await parts.database.query<FoundOperator & { hash: string }>(
    `select o.id, o.name, o.role, p.hash from operators o join operator_passwords p on p.operator_id = o.id
     where o.name_key = $1 and o.removed_at is null`,
    [key],
  );
  const isRight = await parts.hasher.verify(input.password, found?.hash ?? null);
  if (!found || !isRight) throw wrong();
  const loggedIn = await inTransaction(parts.database, async (tx) => {
    await lockStreams(tx, [operatorStream(found.id)]);
    const operator = await findOperator(tx, found.id);
    if (!operator) throw wrong();
    return recordLogin(parts, tx, operator);
  });
  parts.byName.succeed(attempts[0]);
  parts.byAddress.succeed(attempts[1]);
  return loggedIn;
}

function wrong(): ValidationError {
  return new ValidationError("The name or the password is wrong.", ["input"]);
}
