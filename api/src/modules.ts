import { agentsModule } from "./agents/agents.module.js";
import { commandsModule } from "./commands/commands.module.js";
import { eventsModule } from "./events/events.module.js";
import { liveModule } from "./live/live.module.js";
import type { ApiModule } from "./module.js";
import { operatorsModule } from "./operators/operators.module.js";
import { plansModule } from "./plans/plans.module.js";
import { releaseNotesModule } from "./release-notes/release-notes.module.js";
import { retentionModule } from "./retention/retention.module.js";
import { scansModule } from "./scans/scans.module.js";
import { serverModule } from "./server/server.module.js";
import { tokensModule } from "./tokens/tokens.module.js";
import { updatesModule } from "./updates/updates.module.js";

/**
 * Every noun of the server, parents of others' tables first: state tables are rebuilt in this order, and one
 * event's listeners run in it. The only list; a new noun is added here.
 */
export const modules: readonly ApiModule[] = [
  serverModule,
  operatorsModule,
  tokensModule,
  agentsModule,
  scansModule,
  updatesModule,
  plansModule,
  commandsModule,
  releaseNotesModule,
  retentionModule,
  liveModule,
  eventsModule,
];
