/** The kinds of errors that a mutation answers with. */
export type UserErrorCode = "NOT_FOUND" | "CONFLICT" | "INVALID" | "PRECONDITION_FAILED" | "LIMIT_EXCEEDED";

/** Where in the input an error lies, for example ["input", "ids", "3"]. */
export type ErrorPath = readonly string[];

/**
 * Something that people or programs did wrong and can put right. Verbs throw it, or return many of it for a
 * bulk; `payload` turns both into the mutation's `errors`. `message` is one sentence: what is wrong, what to do.
 */
export abstract class DomainError extends Error {
  abstract readonly code: UserErrorCode;
  /** Null when it concerns the whole input. */
  readonly path: ErrorPath | null;

  constructor(message: string, path?: ErrorPath) {
    super(message);
    this.path = path ?? null;
    this.name = new.target.name;
  }
}

/** An id names nothing that the caller may see. */
export class NotFoundError extends DomainError {
  readonly code = "NOT_FOUND";

  /** `noun` is the word or the id prefix; the id is quoted, cut at 100 characters. */
  static of(noun: string, id: string, path?: ErrorPath): NotFoundError {
    const shown = id.length > 100 ? `${id.slice(0, 100)}…` : id;
    return new NotFoundError(`There is no ${noun} with the id ${JSON.stringify(shown)}.`, path);
  }
}

/** Somebody else changed the object first. `currentVersion` is null when it is not about a version. */
export class ConflictError extends DomainError {
  readonly code = "CONFLICT";
  readonly currentVersion: number | null;

  constructor(message: string, currentVersion: number | null = null, path?: ErrorPath) {
    super(message, path);
    this.currentVersion = currentVersion;
  }
}

/** A value does not meet its rule. */
export class ValidationError extends DomainError {
  readonly code = "INVALID";
}

/** The object is not in a state that allows this. `reason` is stable: UPDATE_IS_HELD, PLAN_EXPIRED … */
export class PreconditionError extends DomainError {
  readonly code = "PRECONDITION_FAILED";
  readonly reason: string;

  constructor(reason: string, message: string, path?: ErrorPath) {
    super(message, path);
    this.reason = reason;
  }
}

/** More was asked for than one call may carry. */
export class LimitError extends DomainError {
  readonly code = "LIMIT_EXCEEDED";
  readonly limit: number;

  constructor(message: string, limit: number, path?: ErrorPath) {
    super(message, path);
    this.limit = limit;
  }
}

/** The GraphQL type of each kind. */
export const userErrorTypes = {
  NOT_FOUND: "NotFoundError",
  CONFLICT: "ConflictError",
  INVALID: "ValidationError",
  PRECONDITION_FAILED: "PreconditionError",
  LIMIT_EXCEEDED: "LimitError",
} as const satisfies Record<UserErrorCode, string>;
