import { RequestError } from "../schema/request-error.js";

/**
 * A token was sent and proves nobody: it is unknown, expired or revoked. Whoever sends one means to be somebody,
 * so nothing is answered as if nobody had asked. A stale cookie is no such thing: the page still has to log in.
 */
export class RefusedTokenError extends RequestError {
  readonly statusCode = 401;

  constructor() {
    super("UNAUTHENTICATED", "The token is unknown, expired or revoked. Send a valid one and ask again.");
  }
}
