import type { Caller } from "./caller.js";

/** What a request brings to prove who asks. Query strings are never read. */
export interface Credential {
  /** `cookie`: the session cookie's value; `bearer`: what follows `Authorization: Bearer`. */
  readonly kind: "cookie" | "bearer";
  readonly secret: string;
}

/**
 * Why it is asked who a credential proves. `use`: somebody asks for something, so a session lives on and an agent is
 * heard of. `look`: only whether what was proved before still holds; nothing is noted.
 */
export type Purpose = "use" | "look";

/** Knows one form of credential. */
export interface Authenticator {
  /** Whether this credential looks like ours, judged by its form alone, without a look-up. */
  accepts(credential: Credential): boolean;
  /** Who it proves; null when it is unknown, expired or revoked. */
  authenticate(credential: Credential, purpose: Purpose): Promise<Caller | null>;
}
