import { RequestError } from "../schema/request-error.js";

/** A browser's page from elsewhere asks in a logged-in person's name. */
export class RefusedOriginError extends RequestError {
  readonly statusCode = 403;

  constructor() {
    super(
      "FORBIDDEN",
      "This page may not ask here, because it does not come from this server. A proxy in between must pass on the Host header.",
    );
  }
}
