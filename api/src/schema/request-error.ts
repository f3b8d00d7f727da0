import { GraphQLError } from "graphql";

/** What top-level errors can be. Anything else is masked as INTERNAL. */
export type RequestErrorCode =
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "BAD_USER_INPUT"
  | "RATE_LIMITED"
  | "TOO_COMPLEX";

/** A whole request (or one root field of it) is refused; the message is shown to whoever asked. */
export class RequestError extends GraphQLError {
  constructor(code: RequestErrorCode, message: string, extensions: Record<string, unknown> = {}) {
    super(message, { extensions: { ...extensions, code } });
    this.name = "RequestError";
  }
}
