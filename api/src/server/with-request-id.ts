import type { GraphQLFormattedError } from "graphql";

/** Requests that Apollo refuses before there is a context have errors without `extensions.requestId` yet. */
export function withRequestId(body: string, requestId: string): string {
  const answer = JSON.parse(body) as { errors?: GraphQLFormattedError[] };
  const errors = answer.errors?.map((error) => ({
    ...error,
    extensions: { requestId, ...error.extensions },
  }));
  return JSON.stringify({ ...answer, errors });
}
