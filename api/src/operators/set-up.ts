import { addressKey } from "../access/address-key.js";
import { inTransaction } from "../database/unit-of-work.js";
import { lockStreams } from "../events/lock-streams.js";
import { PreconditionError, ValidationError } from "../schema/user-errors.js";
import { createOperator } from "./create-operator.js";
import { isSetUp } from "./find-operators.js";
import { cleanName } from "../access/clean-name.js";
import type { OperatorParts } from "./operator-parts.js";
import { ALL_OPERATORS } from "./operators.events.js";
import { cleanPassword } from "./password.js";
import { recordLogin, type LoggedIn } from "./record-login.js";

/**
 * Makes the first admin with the one-time code, logs it in and closes the door for good. Of several at once
 * exactly one wins. Throws PreconditionError ALREADY_SET_UP, ValidationError, or RATE_LIMITED.
 */
export async function setUp(
  parts: OperatorParts,
  input: { readonly setupCode: string; readonly name: string; readonly password: string },
  address: string,
): Promise<LoggedIn> {
  const attempt = `setUp ${addressKey(address)}`;
  parts.byAddress.begin(attempt);
  if (await isSetUp(parts.database)) throw alreadySetUp();
  if (!parts.setupCode.matches(input.setupCode)) {
    throw new ValidationError("The setup code is wrong. The server printed it when it started.", [
      "input",
      "setupCode",
    ]);
  }
  const name = cleanName(input.name);
  const passwordHash = await parts.hasher.hash(cleanPassword(input.password, ["input", "password"]));
  const loggedIn = await inTransaction(parts.database, async (tx) => {
    await lockStreams(tx, [ALL_OPERATORS]);
    if (await isSetUp(tx)) throw alreadySetUp();
    const id = await createOperator(parts, tx, { name, role: "admin", passwordHash }, null);
    return recordLogin(parts, tx, { id, name, role: "admin" });
  });
  parts.setupCode.close();
  parts.byAddress.succeed(attempt);
  return loggedIn;
}

function alreadySetUp(): PreconditionError {
  return new PreconditionError("ALREADY_SET_UP", "This server has an admin already. Log in instead.");
}
