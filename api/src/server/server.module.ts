import { defineEvents } from "../events/projector.js";
import type { ApiModule } from "../module.js";
import { NodeResolver } from "./node.resolver.js";
import { ServerResolver } from "./server.resolver.js";

/** What concerns no noun: the server itself and `node`. */
export const serverModule: ApiModule = {
  name: "server",
  entities: [],
  events: defineEvents({}, { tables: [] }),
  resolvers: [ServerResolver, NodeResolver],
  nodes: {},
  register() {},
};
