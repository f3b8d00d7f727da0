import type { Database } from "../database/database.js";
import type { Tx } from "../database/sql.js";
import type { EventLog } from "../events/append.js";
import type { Projectors } from "../events/projector.js";
import type { RetentionSettings } from "./retention-settings.js";

/** What retention works with. */
export interface RetentionParts {
  readonly database: Database;
  readonly events: EventLog;
  readonly projectors: Projectors;
  readonly settings: RetentionSettings;
  /** Between two chunks, so that nobody else waits; ends early and throws when retention is to stop. */
  readonly pause: () => Promise<void>;
}

/** "redr" as an integer: the advisory lock of whoever forgets a chunk. */
const RETENTION_LOCK = 0x72656472;

/** Whether this transaction alone does retention; another server is at it otherwise. */
export async function isOnlyOne(tx: Tx): Promise<boolean> {
  const [row] = await tx.query<{ mine: boolean }>("select pg_try_advisory_xact_lock($1) as mine", [
    RETENTION_LOCK,
  ]);
  return row?.mine === true;
}

/** The moment this many days ago by `now`; nothing when things are kept for ever. */
export function daysAgo(now: Date, days: number): Date | undefined {
  return days === 0 ? undefined : new Date(now.getTime() - days * 86_400_000);
}

/** The smallest UUIDv7 of a moment: ids of earlier things are smaller. */
export function firstIdOf(moment: Date): string {
  const hex = Math.max(0, moment.getTime()).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
