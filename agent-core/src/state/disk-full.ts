import { StateError } from "./state-error.js";

const FULL: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT"]);

/** What to do about a disk without space; null when the error, with all its causes, is about something else. */
export function explainDiskFull(error: unknown, file?: string): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, path: named } = cause as NodeJS.ErrnoException;
    if (!FULL.has(code)) continue;
    const place = file ?? named;
    const target = place === undefined ? "" : ` to write ${place}`;
    const limit =
      code === "EDQUOT"
        ? "This user's share of the disk is used up; no space is left"
        : "The disk is full; no space is left";
    return `${limit}${target}. Free some space and do this again.`;
  }
  return null;
}

/** The same error, or, when it is about a full disk, one that says so. */
export function withDiskFull(error: unknown, file: string): unknown {
  const message = explainDiskFull(error, file);
  return message === null ? error : new StateError(message, { cause: error });
}
