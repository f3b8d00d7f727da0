import type { InjectionToken } from "tsyringe";
import type { AgentHints } from "../agents/agent-hints.js";
import type { Database } from "../database/database.js";
import type { EventFeed } from "../events/event-feed.js";
import type { CommandWatch } from "./command-watch.js";
import type { WakeBoard } from "./wake-board.js";

/** What subscriptions follow. None of it holds a database connection while it waits. */
export interface LiveParts {
  readonly database: Database;
  readonly feed: EventFeed;
  readonly agentHints: AgentHints;
  readonly commands: CommandWatch;
  readonly wakes: WakeBoard;
}

/** The service's token. */
export const LIVE_PARTS: InjectionToken<LiveParts> = Symbol("LiveParts");
