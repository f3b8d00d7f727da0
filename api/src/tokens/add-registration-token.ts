import { uuidv7 } from "uuidv7";
import type { AccessParts } from "../access/access-parts.js";
import { hashSecret, makeSecret } from "../access/secret.js";
import { inTransaction } from "../database/unit-of-work.js";
import type { Actor } from "../events/event.js";
import { ValidationError } from "../schema/user-errors.js";
import type { NewToken } from "./add-api-token.js";
import { cleanName } from "../access/clean-name.js";
import { registrationTokenStream, tokenEvents } from "./tokens.events.js";

const MOST_SEATS = 10_000;
const SHORTEST_SECONDS = 60;
const LONGEST_SECONDS = 31_536_000;

/** Makes a registration token. The server itself makes one for the agent beside it. */
export async function addRegistrationToken(
  parts: AccessParts,
  actor: Actor,
  input: { readonly name: string; readonly seats: number; readonly validSeconds: number },
): Promise<NewToken> {
  const name = cleanName(input.name);
  const { seats, validSeconds } = input;
  if (seats < 1 || seats > MOST_SEATS) {
    throw new ValidationError(`The token must have 1 to ${MOST_SEATS} seats.`, ["input", "seats"]);
  }
  if (validSeconds < SHORTEST_SECONDS || validSeconds > LONGEST_SECONDS) {
    throw new ValidationError(
      `The token must be valid for ${SHORTEST_SECONDS} to ${LONGEST_SECONDS} seconds.`,
      ["input", "validSeconds"],
    );
  }
  const id = uuidv7();
  const secret = makeSecret("rfr", parts.random);
  const expiresAt = new Date(parts.clock() + validSeconds * 1000).toISOString();
  await inTransaction(parts.database, async (tx) => {
    const added = tokenEvents.of("registration_token.added", { name, seats, expiresAt });
    await parts.events.append(tx, registrationTokenStream(id), [added], actor);
    await tx.query(
      "insert into registration_token_secrets (registration_token_id, secret_hash) values ($1, $2)",
      [id, hashSecret(secret)],
    );
  });
  return { id, secret };
}
