import type { DependencyContainer } from "tsyringe";
import { CLOCK, DATABASE, EVENT_LOG, LOG, RANDOM_BYTES, REVOCATIONS } from "../injection-tokens.js";
import type { ApiModule } from "../module.js";
import { AttemptLimiter } from "../access/attempt-limiter.js";
import { forgetExpiredSessionsHourly } from "./forget-expired-sessions-hourly.js";
import { loadOperators } from "./load-operators.js";
import { OPERATOR_PARTS, type OperatorParts } from "./operator-parts.js";
import { OperatorEntity } from "./operator.entity.js";
import { operatorEvents } from "./operators.events.js";
import { OperatorsResolver } from "./operators.resolver.js";
import { PasswordHasher } from "./password.js";
import { SessionAuthenticator } from "./session-authenticator.js";
import { SetupCode } from "./setup-code.js";

/** Wrong passwords for one name from one address before waiting begins. */
const FREE_FAILURES_PER_NAME = 5;
/** The same from one address for any name: a whole office may sit behind it. */
const FREE_FAILURES_PER_ADDRESS = 30;

/** People's logins, sessions and roles. */
export const operatorsModule: ApiModule = {
  name: "operators",
  entities: [OperatorEntity],
  events: operatorEvents,
  resolvers: [OperatorsResolver],
  nodes: { op: { type: "Operator", requires: "operators:manage", load: loadOperators } },
  authenticators: (container) => [new SessionAuthenticator(container.resolve(OPERATOR_PARTS))],
  register(container) {
    container.registerInstance(OPERATOR_PARTS, createParts(container));
  },
  background: (container) => [
    forgetExpiredSessionsHourly(container.resolve(OPERATOR_PARTS), container.resolve(LOG)),
  ],
};

function createParts(container: DependencyContainer): OperatorParts {
  const clock = container.resolve(CLOCK);
  const random = container.resolve(RANDOM_BYTES);
  return {
    database: container.resolve(DATABASE),
    events: container.resolve(EVENT_LOG),
    clock,
    random,
    hasher: new PasswordHasher(random),
    setupCode: new SetupCode(),
    byName: new AttemptLimiter(clock, FREE_FAILURES_PER_NAME),
    byAddress: new AttemptLimiter(clock, FREE_FAILURES_PER_ADDRESS),
    revocations: container.resolve(REVOCATIONS),
  };
}
