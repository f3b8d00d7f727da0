import type { ApiModule } from "../module.js";
import { CommandUpdatesResolver } from "./command-updates.resolver.js";
import { loadUpdates } from "./load-updates.js";
import { HoldFieldsResolver } from "./hold-fields.resolver.js";
import { updateEvents } from "./project-updates.js";
import { UpdateEntity } from "./update.entity.js";
import { AgentUpdatesResolver, UpdatesResolver } from "./updates.resolver.js";

/** What waits on the machines, and what people decide about it. */
export const updatesModule: ApiModule = {
  name: "updates",
  entities: [UpdateEntity],
  events: updateEvents,
  resolvers: [UpdatesResolver, AgentUpdatesResolver, CommandUpdatesResolver, HoldFieldsResolver],
  nodes: { upd: { type: "Update", requires: "updates:read", load: loadUpdates } },
  register: () => {},
};
