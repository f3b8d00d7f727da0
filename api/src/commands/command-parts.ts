import type { Database } from "../database/database.js";
import type { EventLog } from "../events/append.js";
import type { PlansOfCommands } from "./plans-of-commands.js";

/** What the verbs of commands work with. */
export interface CommandParts {
  readonly database: Database;
  readonly events: EventLog;
  readonly plans: PlansOfCommands;
}
