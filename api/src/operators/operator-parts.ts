import type { InjectionToken } from "tsyringe";
import type { AccessParts } from "../access/access-parts.js";
import type { Revocations } from "../access/revocations.js";
import type { AttemptLimiter } from "../access/attempt-limiter.js";
import type { PasswordHasher } from "./password.js";
import type { SetupCode } from "./setup-code.js";

/** What the verbs about operators work with. */
export interface OperatorParts extends AccessParts {
  readonly hasher: PasswordHasher;
  readonly setupCode: SetupCode;
  /** Slows down guessing for one name from one address. */
  readonly byName: AttemptLimiter;
  /** Slows down guessing of many names, or of the setup code, from one address. */
  readonly byAddress: AttemptLimiter;
  readonly revocations: Revocations;
}

/** What the resolver asks for. */
export const OPERATOR_PARTS: InjectionToken<OperatorParts> = Symbol("OperatorParts");
