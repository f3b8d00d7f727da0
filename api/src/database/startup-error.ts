/** What kept the database from starting; stable words for logs, tests and exit codes. */
export type StartupErrorCode =
  | "DATABASE_URL_INVALID"
  | "DATABASE_UNREACHABLE"
  | "DATABASE_REFUSED"
  | "DATABASE_MISSING"
  | "DATABASE_TOO_OLD"
  | "DATABASE_TOO_NEW"
  | "DATABASE_DIFFERS"
  | "DATABASE_PERMISSION"
  | "PLATFORM_UNSUPPORTED"
  | "DATA_FOLDER_IN_USE"
  | "DATA_FOLDER_DAMAGED"
  | "DATA_FOLDER_UNREACHABLE"
  | "DATABASE_FAILED";

/** Exit codes after sysexits.h, so that a supervisor can tell "fix the configuration" from "try again". */
const exitCodes = {
  DATABASE_URL_INVALID: 78,
  DATABASE_UNREACHABLE: 69,
  DATABASE_REFUSED: 77,
  DATABASE_MISSING: 78,
  DATABASE_TOO_OLD: 78,
  DATABASE_TOO_NEW: 78,
  DATABASE_DIFFERS: 78,
  DATABASE_PERMISSION: 77,
  PLATFORM_UNSUPPORTED: 78,
  DATA_FOLDER_IN_USE: 75,
  DATA_FOLDER_DAMAGED: 74,
  DATA_FOLDER_UNREACHABLE: 77,
  DATABASE_FAILED: 70,
} satisfies Record<StartupErrorCode, number>;

/**
 * The server cannot start, for a reason a person can mend. `message` says in one sentence what is wrong,
 * where, and what to do; it never holds a password. `exitCode` is the process's exit code.
 */
export class StartupError extends Error {
  readonly code: StartupErrorCode;
  readonly exitCode: number;

  constructor(code: StartupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StartupError";
    this.code = code;
    this.exitCode = exitCodes[code];
  }
}
