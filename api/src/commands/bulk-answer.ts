import {
  ConflictError,
  LimitError,
  NotFoundError,
  PreconditionError,
  ValidationError,
  type DomainError,
  type UserErrorCode,
} from "../schema/user-errors.js";

/** What a bulk call did, as JSON that can be kept and told again. */
export interface BulkAnswer {
  /** Plain uuids of what was made or changed. */
  readonly ids: readonly string[];
  readonly errors: readonly KeptError[];
}

/** A domain error as JSON. */
export interface KeptError {
  readonly code: UserErrorCode;
  readonly message: string;
  readonly path: readonly string[] | null;
  readonly reason?: string;
  readonly limit?: number;
  readonly currentVersion?: number | null;
}

/** Turns an error into JSON that {@link reviveError} understands. */
export function keepError(error: DomainError): KeptError {
  const { code, message, path } = error;
  const kept = { code, message, path };
  if (error instanceof PreconditionError) return { ...kept, reason: error.reason };
  if (error instanceof LimitError) return { ...kept, limit: error.limit };
  if (error instanceof ConflictError) return { ...kept, currentVersion: error.currentVersion };
  return kept;
}

/** The error that was kept. */
export function reviveError(kept: KeptError): DomainError {
  const { message, reason = "UNKNOWN", limit = 0, currentVersion = null } = kept;
  const path = kept.path ?? undefined;
  switch (kept.code) {
    case "NOT_FOUND":
      return new NotFoundError(message, path);
    case "CONFLICT":
      return new ConflictError(message, currentVersion, path);
    case "INVALID":
      return new ValidationError(message, path);
    case "PRECONDITION_FAILED":
      return new PreconditionError(reason, message, path);
    case "LIMIT_EXCEEDED":
      return new LimitError(message, limit, path);
  }
}
