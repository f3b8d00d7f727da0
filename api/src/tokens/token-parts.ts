import type { InjectionToken } from "tsyringe";
import type { AccessParts } from "../access/access-parts.js";
import type { Revocations } from "../access/revocations.js";

/** What the verbs about tokens work with. */
export interface TokenParts extends AccessParts {
  readonly revocations: Revocations;
}

/** What the resolver asks for. */
export const TOKEN_PARTS: InjectionToken<TokenParts> = Symbol("TokenParts");
