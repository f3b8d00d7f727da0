import { AttemptLimiter } from "../access/attempt-limiter.js";
import {
  CLAIM_SEAT,
  CLOCK,
  DATABASE,
  EVENT_LOG,
  RANDOM_BYTES,
  REGISTRATION_ATTEMPTS,
  REVOCATIONS,
} from "../injection-tokens.js";
import type { ApiModule } from "../module.js";
import { ApiTokenAuthenticator } from "./api-token-authenticator.js";
import { ApiTokenEntity } from "./api-token.entity.js";
import { createClaimSeat } from "./claim-seat.js";
import { loadApiTokens, loadRegistrationTokens } from "./load-tokens.js";
import { RegistrationTokenEntity } from "./registration-token.entity.js";
import { TOKEN_PARTS } from "./token-parts.js";
import { tokenEvents } from "./tokens.events.js";
import { TokensResolver } from "./tokens.resolver.js";

/** Wrong registration tokens from one address before waiting begins. */
const FREE_FAILURES = 20;

/** API tokens for scripts, registration tokens for agents. */
export const tokensModule: ApiModule = {
  name: "tokens",
  entities: [ApiTokenEntity, RegistrationTokenEntity],
  events: tokenEvents,
  resolvers: [TokensResolver],
  nodes: {
    tok: { type: "ApiToken", requires: "tokens:manage", load: loadApiTokens },
    reg: { type: "RegistrationToken", requires: "tokens:manage", load: loadRegistrationTokens },
  },
  authenticators: (container) => [new ApiTokenAuthenticator(container.resolve(TOKEN_PARTS))],
  register(container) {
    const parts = {
      database: container.resolve(DATABASE),
      events: container.resolve(EVENT_LOG),
      clock: container.resolve(CLOCK),
      random: container.resolve(RANDOM_BYTES),
      revocations: container.resolve(REVOCATIONS),
    };
    container.registerInstance(TOKEN_PARTS, parts);
    container.registerInstance(REGISTRATION_ATTEMPTS, new AttemptLimiter(parts.clock, FREE_FAILURES));
    container.registerInstance(CLAIM_SEAT, createClaimSeat(parts));
  },
};
