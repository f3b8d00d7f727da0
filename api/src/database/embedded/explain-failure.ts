import { StartupError } from "../startup-error.js";
import type { Identity } from "./run-as.js";

/** What is known about a program of PostgreSQL that did not do its work. */
export interface Failure {
  /** Why it could not be started at all. */
  error?: unknown;
  /** What it printed. */
  output?: string;
  /** Where it prints to, when that is a file. */
  logFile?: string;
  identity?: Identity | undefined;
}

const SHOWN_LINES = 4;
/** The levels of PostgreSQL's lines that say why; what it does afterwards, as its last checkpoint, is no reason. */
const COMPLAINT = /\b(?:ERROR|FATAL|PANIC|DETAIL|HINT|error):/;

/** Turns a failed start into one sentence with the way out. */
export function explainFailure(what: string, failure: Failure): StartupError {
  const { error, output = "", logFile, identity } = failure;
  if (error instanceof StartupError) return error;
  const { code, syscall = "" } = (error ?? {}) as NodeJS.ErrnoException;
  const isSpawn = syscall.startsWith("spawn");
  if (error instanceof Error && error.name === "AbortError") {
    return new StartupError("DATABASE_FAILED", `${what}: it was interrupted or took too long.`, {
      cause: error,
    });
  }
  if (/GLIBC(XX)?_[\d.]+'? not found/.test(output) || (isSpawn && code === "ENOENT")) {
    return new StartupError(
      "PLATFORM_UNSUPPORTED",
      "The embedded PostgreSQL does not run on this system's C library (it needs glibc 2.27 or later): set DATABASE_URL to a PostgreSQL server.",
      { cause: error },
    );
  }
  if (isSpawn && (code === "EPERM" || code === "EACCES")) {
    const as = identity ? ` as user ${identity.name}` : "";
    return new StartupError(
      "DATABASE_PERMISSION",
      `${what}: the system does not let this process run PostgreSQL${as} (${code}): start RedFlag as an ordinary user, or set DATABASE_URL.`,
      { cause: error },
    );
  }
  if (code === "EPERM" || code === "EACCES" || code === "EROFS") {
    return new StartupError(
      "DATA_FOLDER_UNREACHABLE",
      `${what}: ${(error as Error).message}: start RedFlag as the user who owns the data folder, or choose another with REDFLAG_DATA_DIR.`,
      { cause: error },
    );
  }
  const where = logFile === undefined ? "" : ` The whole log is ${logFile}.`;
  if (code === "ENOSPC" || /No space left on device|Check free disk space/.test(output)) {
    return new StartupError(
      "DATABASE_FAILED",
      `${what}: no space is left on the disk of the data folder: make room, or choose another folder with REDFLAG_DATA_DIR.${where}`,
      { cause: error },
    );
  }
  const reason = error instanceof Error ? error.message : tellingLines(output);
  return new StartupError("DATABASE_FAILED", `${what}: ${reason || "it printed nothing."}${where}`, {
    cause: error,
  });
}

/** The last complaints with what belongs to them, or else the last lines that say anything, joined to one. */
function tellingLines(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const complaints = lines.filter((line) => COMPLAINT.test(line));
  return (complaints.length > 0 ? complaints : lines).slice(-SHOWN_LINES).join(" | ");
}
