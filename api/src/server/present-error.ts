import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { troubleOf } from "../database/sql-errors.js";
import { CommitOutcomeUnknownError } from "../database/unit-of-work.js";
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

/** What a client is told when the database did not do what it was asked. */
const TROUBLES = {
  away: {
    message: "The server cannot reach its database at this moment. Try again in a few seconds.",
    retryAfterSeconds: 5,
  },
  busy: {
    message:
      "The server's database is too busy at this moment; nothing was changed. Try again in a few seconds.",
    retryAfterSeconds: 5,
  },
  full: {
    message:
      "The server's database has no space left; nothing was changed. Whoever runs the server has to make room.",
    retryAfterSeconds: 60,
  },
  unknown: {
    message:
      "The server lost its database in the last moment and cannot tell whether this was done. Look before you repeat it.",
    retryAfterSeconds: 5,
  },
} as const;

/** Words for a database's trouble, and when it is worth to ask again; nothing for any other error. */
export function explainTrouble(error: unknown): (typeof TROUBLES)[keyof typeof TROUBLES] | undefined {
  const cause = error instanceof GraphQLError && error.originalError ? error.originalError : error;
  if (cause instanceof CommitOutcomeUnknownError) return TROUBLES.unknown;
  const trouble = troubleOf(cause);
  return trouble && TROUBLES[trouble];
}

/** For a request that is not even begun, because the database is known to be away. */
export const away = TROUBLES.away;

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
  const told = explainTrouble(error)?.message ?? MASKED_MESSAGE;
  return { message: told, ...place, extensions: { code: "INTERNAL" } };
}

function typedErrorIn(error: unknown): RequestError | undefined {
  if (error instanceof RequestError) return error;
  return error instanceof GraphQLError && error.originalError instanceof RequestError
    ? error.originalError
    : undefined;
}
