import { RequestError } from "../schema/request-error.js";

/** What a retired agent hears from every verb but those that tell how its running command comes along. */
export function retiredAgent(): RequestError {
  return new RequestError(
    "UNAUTHENTICATED",
    "This agent was taken out of service. Only commands that it still has in hand may be reported.",
  );
}
