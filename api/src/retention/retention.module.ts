import type { ApiModule } from "../module.js";
import { retentionEvents } from "./project-retention.js";

/** What becomes of things that are too old. The work itself is `retainRegularly`. */
export const retentionModule: ApiModule = {
  name: "retention",
  entities: [],
  events: retentionEvents,
  resolvers: [],
  nodes: {},
  register() {},
};
