import type { CommandType } from "./commands.events.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Within how many seconds an agent must be heard of before its command goes back to the queue. */
export const LEASE_SECONDS = 120;

/** How often a command is handed over before its silence counts as failure. */
export const MAX_ATTEMPTS = 5;

/** How long a command waits to be taken, in seconds. */
export const QUEUE_SECONDS = {
  SCAN: HOUR,
  PLAN: HOUR,
  INSTALL: 24 * HOUR,
  ROLLBACK: 24 * HOUR,
  // A machine that was away for some days still gets to know what it should hold.
  HOLD: 7 * 24 * HOUR,
  RELEASE: 7 * 24 * HOUR,
  RELEASE_NOTES: HOUR,
} as const satisfies Record<CommandType, number>;

/** How long one attempt may take from hand-over to result, in seconds, while its lease is being renewed. */
export const RUN_SECONDS = {
  SCAN: HOUR,
  PLAN: HOUR,
  INSTALL: 6 * HOUR,
  HOLD: HOUR,
  RELEASE: HOUR,
  ROLLBACK: 6 * HOUR,
  RELEASE_NOTES: HOUR,
} as const satisfies Record<CommandType, number>;

/** How long after a ROLLBACK was asked for it may be begun, in seconds. */
export const ROLLBACK_SECONDS = HOUR;

/** Output that is kept of one command: lines, and bytes of their text. The line that says so comes on top. */
export const OUTPUT_LINES = 100_000;
export const OUTPUT_BYTES = 10 * 1024 * 1024;
/** Longest line of output in characters. */
export const OUTPUT_LINE_LENGTH = 4000;
/** Most lines in one progress report. */
export const OUTPUT_BATCH = 500;

/** Most ids in one call. */
export const BULK_LIMIT = 200;
/** Most packages in one result or plan. */
export const ITEM_LIMIT = 10_000;

/** How long an idempotency key is remembered, in seconds. */
export const IDEMPOTENCY_SECONDS = 24 * HOUR;
