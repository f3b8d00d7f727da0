/** How far one command may go before the host stops it. */
export interface ProcessLimits {
  /** Bytes of all output streams together. Beyond it the process is killed, or its further output dropped. */
  readonly maxOutputBytes: number;
  /** Bytes of one line; the rest of a longer line is dropped and marked. */
  readonly maxLineBytes: number;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly killGraceMs: number;
  /** Milliseconds that pipes may stay open after the process has ended, held by a grandchild. */
  readonly drainMs: number;
}

/** The limits of every command. */
export const DEFAULT_LIMITS: ProcessLimits = {
  maxOutputBytes: 64 * 1024 * 1024,
  maxLineBytes: 64 * 1024,
  killGraceMs: 5_000,
  drainMs: 2_000,
};

/** What is added to a line that was cut. */
export const CUT_MARK = " … [line cut]";
