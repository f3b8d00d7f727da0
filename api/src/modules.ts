import { eventsModule } from "./events/events.module.js";
import type { ApiModule } from "./module.js";
import { operatorsModule } from "./operators/operators.module.js";
import { serverModule } from "./server/server.module.js";
import { tokensModule } from "./tokens/tokens.module.js";

/**
 * Every noun of the server, parents of others' tables first: state tables are rebuilt in this order. The only
 * list; a new noun is added here.
 */
export const modules: readonly ApiModule[] = [serverModule, operatorsModule, tokensModule, eventsModule];
