/** What can be wrong with a backup; stable words for tests. */
export type BackupErrorCode =
  | "BACKUP_MISSING"
  | "BACKUP_DAMAGED"
  | "BACKUP_TOO_NEW"
  | "BACKUP_NOT_WRITTEN"
  | "NOTHING_TO_BACK_UP"
  | "TARGET_NOT_EMPTY"
  | "TARGET_IN_USE";

/** After sysexits.h, as with the other commands. */
const exitCodes = {
  BACKUP_MISSING: 66,
  BACKUP_DAMAGED: 65,
  BACKUP_TOO_NEW: 65,
  BACKUP_NOT_WRITTEN: 73,
  NOTHING_TO_BACK_UP: 66,
  TARGET_NOT_EMPTY: 75,
  TARGET_IN_USE: 75,
} satisfies Record<BackupErrorCode, number>;

/** A backup cannot be made or restored. `message` says in one sentence what is wrong, where, and what to do. */
export class BackupError extends Error {
  override readonly name = "BackupError";
  readonly code: BackupErrorCode;
  readonly exitCode: number;

  constructor(code: BackupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.exitCode = exitCodes[code];
  }
}
