import type { Database } from "../database/database.js";
import type { EventLog } from "../events/append.js";

/** What the verbs about operators and tokens work with. */
export interface AccessParts {
  readonly database: Database;
  readonly events: EventLog;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly random: (length: number) => Buffer;
}
