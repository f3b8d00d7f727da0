import type { InjectionToken } from "tsyringe";
import type { Database } from "../database/database.js";
import type { EventLog } from "../events/append.js";
import type { PlansOfCommands } from "./plans-of-commands.js";

/** What the verbs of commands and plans work with. */
export interface CommandParts {
  readonly database: Database;
  readonly events: EventLog;
  readonly plans: PlansOfCommands;
}

/** The service's token. */
export const COMMAND_PARTS: InjectionToken<CommandParts> = Symbol("CommandParts");
