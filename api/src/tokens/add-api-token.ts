import { uuidv7 } from "uuidv7";
import type { AccessParts } from "../access/access-parts.js";
import { actorOf, type Caller } from "../access/caller.js";
import type { Permission } from "../access/permissions.js";
import { hashSecret, makeSecret } from "../access/secret.js";
import { inTransaction } from "../database/unit-of-work.js";
import { ValidationError } from "../schema/user-errors.js";
import { cleanName } from "../access/clean-name.js";
import { apiTokenStream, tokenEvents } from "./tokens.events.js";

const LONGEST_MS = 366 * 24 * 3_600_000;

/** A new token; the secret is known only here and now. `id` is a plain uuid. */
export interface NewToken {
  readonly id: string;
  readonly secret: string;
}

/** Makes an API token that may do no more than its maker. */
export async function addApiToken(
  parts: AccessParts,
  caller: Caller,
  input: { readonly name: string; readonly scopes: readonly Permission[]; readonly expiresAt: Date },
): Promise<NewToken> {
  const name = cleanName(input.name);
  const scopes = [...new Set(input.scopes)];
  if (scopes.length === 0) {
    throw new ValidationError("Give the token at least one scope.", ["input", "scopes"]);
  }
  const beyond = scopes.filter((scope) => !caller.permissions.has(scope));
  if (beyond.length > 0) {
    throw new ValidationError(`You cannot give ${beyond.join(", ")}, because you lack it yourself.`, [
      "input",
      "scopes",
    ]);
  }
  const leftMs = input.expiresAt.getTime() - parts.clock();
  if (leftMs <= 0 || leftMs > LONGEST_MS) {
    throw new ValidationError("The token must expire in the future, at most a year ahead.", [
      "input",
      "expiresAt",
    ]);
  }
  const id = uuidv7();
  const secret = makeSecret("rft", parts.random);
  await inTransaction(parts.database, async (tx) => {
    const added = tokenEvents.of("api_token.added", {
      name,
      scopes,
      expiresAt: input.expiresAt.toISOString(),
    });
    await parts.events.append(tx, apiTokenStream(id), [added], actorOf(caller));
    await tx.query("insert into api_token_secrets (api_token_id, secret_hash) values ($1, $2)", [
      id,
      hashSecret(secret),
    ]);
  });
  return { id, secret };
}
