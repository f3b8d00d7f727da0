import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { isConnectionLost } from "../database/sql-errors.js";
import { RequestError } from "../schema/request-error.js";

/** Apollo's words for what a client got wrong. */
const CLIENT_CODES = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_RESOLUTION_FAILURE",
  "BAD_REQUEST",
  "BAD_USER_INPUT",
  "PERSISTED_QUERY_NOT_SUPPORTED",
  "PERSISTED_QUERY_NOT_FOUND",
]);

const TOKEN_LIMIT = /contains more tha[nt] \d+ tokens/;

/** What a client is told when the fault is ours. */
export const MASKED_MESSAGE =
  "Something went wrong on the server. Its log tells more under this error's requestId.";

/** What a client is told while the database is away: a moment later the same request may well be answered. */
export const AWAY_MESSAGE =
  "The server cannot reach its database at this moment. Try again in a few seconds.";

/** Whether an error is ours, so that it is logged and never shown. */
export function isInternal(error: unknown): boolean {
  return present(error).extensions?.["code"] === "INTERNAL";
}

/**
 * An error as clients may see it: typed errors and complaints about the request itself as they are, anything
 * else masked. `formatted` is what Apollo would have sent.
 */
export function present(error: unknown, formatted?: GraphQLFormattedError): GraphQLFormattedError {
  const shown = formatted ?? (error instanceof GraphQLError ? error.toJSON() : { message: "" });
  const { message, locations, path } = shown;
  const place = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
  const typed = typedErrorIn(error);
  if (typed) return { message: typed.message, ...place, extensions: { ...typed.extensions } };
  const code = shown.extensions?.["code"];
  if (typeof code === "string" && CLIENT_CODES.has(code)) {
    const isTooLong = TOKEN_LIMIT.test(message);
    return { message, ...place, extensions: { code: isTooLong ? "TOO_COMPLEX" : "BAD_USER_INPUT" } };
  }
  const cause = error instanceof GraphQLError ? error.originalError : error;
  const told = isConnectionLost(cause) ? AWAY_MESSAGE : MASKED_MESSAGE;
  return { message: told, ...place, extensions: { code: "INTERNAL" } };
}

function typedErrorIn(error: unknown): RequestError | undefined {
  if (error instanceof RequestError) return error;
  return error instanceof GraphQLError && error.originalError instanceof RequestError
    ? error.originalError
    : undefined;
}
