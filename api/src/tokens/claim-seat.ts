import { hashSecret, isSecret } from "../access/secret.js";
import type { Tx } from "../database/sql.js";
import type { EventLog } from "../events/append.js";
import type { Actor } from "../events/event.js";
import { lockStreams } from "../events/lock-streams.js";
import { ValidationError } from "../schema/user-errors.js";
import { registrationTokenStream, tokenEvents } from "./tokens.events.js";

/** A seat that was taken. */
export interface ClaimedSeat {
  /** Plain uuid of the registration token. */
  readonly registrationTokenId: string;
  /** What its maker named it. */
  readonly name: string;
}

/** Who takes the seat. */
export interface SeatTaker {
  /** The new agent, a plain uuid. */
  readonly agentId: string;
  readonly actor: Actor;
}

/**
 * Takes one seat of the registration token with this secret, for the agent that is being registered in the
 * same transaction: when that is rolled back, so is the seat. Of many at once, exactly as many win as there
 * are seats. Throws ValidationError at input.registrationToken when the secret is unknown, expired, revoked
 * or used up; it does not say which, since nobody knows who asks.
 */
export type ClaimSeat = (tx: Tx, secret: string, taker: SeatTaker) => Promise<ClaimedSeat>;

/** Makes {@link ClaimSeat}. */
export function createClaimSeat(parts: { events: EventLog; clock: () => number }): ClaimSeat {
  return async (tx, secret, { agentId, actor }) => {
    if (!isSecret("rfr", secret)) throw refused();
    const [found] = await tx.query<{ registration_token_id: string }>(
      "select registration_token_id from registration_token_secrets where secret_hash = $1",
      [hashSecret(secret)],
      "tokens.find-registration-token",
    );
    if (!found) throw refused();
    const id = found.registration_token_id;
    const stream = registrationTokenStream(id);
    await lockStreams(tx, [stream]);
    // Read after the lock, so that the seats others took meanwhile are seen.
    const [token] = await tx.query<{ name: string }>(
      `select name from registration_tokens
       where id = $1 and used_seats < seats and expires_at > $2 and revoked_at is null`,
      [id, new Date(parts.clock())],
      "tokens.free-seat",
    );
    if (!token) throw refused();
    await parts.events.append(tx, stream, [tokenEvents.of("registration_token.used", { agentId })], actor);
    return { registrationTokenId: id, name: token.name };
  };
}

function refused(): ValidationError {
  return new ValidationError(
    "The registration token is unknown, expired, revoked or used up. Make a new one on the server.",
    ["input", "registrationToken"],
  );
}
