import type { ApiModule } from "../module.js";
import { ReleaseNotesResolver } from "./release-notes.resolver.js";

/** What updates bring, in their makers' words, read before they are approved. It is evidence and has no events. */
export const releaseNotesModule: ApiModule = {
  name: "release-notes",
  entities: [],
  events: { definitions: {}, tables: [] },
  resolvers: [ReleaseNotesResolver],
  nodes: {},
  register: () => {},
};
