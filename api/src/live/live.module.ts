import { instanceCachingFactory } from "tsyringe";
import { COMMAND_PROGRESS_HINTS } from "../commands/command-progress-hints.js";
import { defineEvents } from "../events/projector.js";
import { AGENT_HINTS, DATABASE, EVENT_BUS, EVENT_FEED, LOG } from "../injection-tokens.js";
import type { ApiModule } from "../module.js";
import { CommandWatch } from "./command-watch.js";
import {
  AgentChangedResolver,
  CommandProgressedResolver,
  ScanFinishedResolver,
  UpdatesChangedResolver,
} from "./live-fields.resolver.js";
import { LIVE_PARTS, type LiveParts } from "./live-parts.js";
import { LiveResolver } from "./live.resolver.js";
import { WakeBoard } from "./wake-board.js";

/** Subscriptions to what the other nouns do. */
export const liveModule: ApiModule = {
  name: "live",
  entities: [],
  events: defineEvents({}, { tables: [] }),
  resolvers: [
    LiveResolver,
    AgentChangedResolver,
    ScanFinishedResolver,
    UpdatesChangedResolver,
    CommandProgressedResolver,
  ],
  nodes: {},
  register(container) {
    container.register<LiveParts>(LIVE_PARTS, {
      useFactory: instanceCachingFactory(() => {
        const database = container.resolve(DATABASE);
        const feed = container.resolve(EVENT_FEED);
        return {
          database,
          feed,
          wakes: new WakeBoard(database, feed),
          agentHints: container.resolve(AGENT_HINTS),
          commands: new CommandWatch({
            sql: database,
            bus: container.resolve(EVENT_BUS),
            hints: container.resolve(COMMAND_PROGRESS_HINTS),
            log: container.resolve(LOG),
          }),
        };
      }),
    });
  },
  background: (container) => [
    {
      name: "live",
      start: () => {},
      stop: async () => {
        const { commands, wakes } = container.resolve(LIVE_PARTS);
        await commands.close();
        await wakes.close();
      },
    },
  ],
};
