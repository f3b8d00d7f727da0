/** What went wrong between this agent and the server. */
export type TransportErrorCode =
  /** No connection: refused, reset, no route, no name. */
  | "UNREACHABLE"
  /** The server's certificate was not accepted. */
  | "TLS"
  /** No answer in time. */
  | "TIMEOUT"
  /** The answer is not what a RedFlag server says, for example a proxy's error page. */
  | "BAD_ANSWER"
  /** The server or a proxy before it is overloaded or starting. */
  | "UNAVAILABLE"
  /** Too many requests. */
  | "RATE_LIMITED"
  /** The tokens are not accepted. */
  | "UNAUTHENTICATED"
  /** The request is refused for what it says; repeating it changes nothing. */
  | "REFUSED"
  /** The server does not know what is spoken of, such as a command of an earlier enrolment. */
  | "NOT_FOUND"
  /** The agent stops. */
  | "CANCELLED";

const RETRYABLE: ReadonlySet<TransportErrorCode> = new Set([
  "UNREACHABLE",
  "TLS",
  "TIMEOUT",
  "BAD_ANSWER",
  "UNAVAILABLE",
  "RATE_LIMITED",
]);

/** A request that had no useful answer. The message is for the machine's owner and holds no secret. */
export class TransportError extends Error {
  override readonly name = "TransportError";

  constructor(
    readonly code: TransportErrorCode,
    message: string,
    /** How long the server asks to wait, in milliseconds. */
    readonly retryAfterMs?: number,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }

  /** True if the server understood the request and will not take it, now or later. */
  get isRefusal(): boolean {
    return this.code === "REFUSED" || this.code === "NOT_FOUND";
  }

  /** True if the same request may work later. */
  get isRetryable(): boolean {
    return RETRYABLE.has(this.code);
  }
}

/** True if repeating later may help. */
export function isRetryable(error: unknown): boolean {
  return error instanceof TransportError && error.isRetryable;
}
