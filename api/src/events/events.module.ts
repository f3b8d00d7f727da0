import { PROJECTORS } from "../injection-tokens.js";
import type { ApiModule } from "../module.js";
import { EventAgentResolver } from "./event-agent.resolver.js";
import { EventsResolver } from "./events.resolver.js";
import { loadEvents } from "./list-events.js";
import { defineEvents } from "./projector.js";

/** The log as clients see it. It sums up other nouns' events in their own words. */
export const eventsModule: ApiModule = {
  name: "events",
  entities: [],
  events: defineEvents({}, { tables: [] }),
  resolvers: [EventsResolver, EventAgentResolver],
  nodes: (container) => {
    const projectors = container.resolve(PROJECTORS);
    return {
      evt: {
        type: "Event",
        requires: "events:read",
        load: (ids, context) => loadEvents(ids, context, projectors),
      },
    };
  },
  register() {},
};
