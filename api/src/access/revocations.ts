import type { Caller } from "./caller.js";

/** Who has lost access: a session, a token, an agent, or everything of one operator. */
export interface Revocation {
  readonly kind: "session" | "operator" | "api-token" | "agent";
  /** Plain uuid; of the session for "session". */
  readonly id: string;
}

/**
 * Tells this process at once who has lost access. Other processes learn it when they look the credential up
 * again, which open sockets do every few seconds.
 */
export class Revocations {
  readonly #listeners = new Set<(revocation: Revocation) => void>();

  /** Call after the commit that revoked. */
  announce(revocation: Revocation): void {
    for (const listener of this.#listeners) listener(revocation);
  }

  /** Returns how to stop. */
  onRevoked(listener: (revocation: Revocation) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** Whether this caller is who has lost access. */
export function concerns(revocation: Revocation, caller: Caller): boolean {
  if (caller.kind === "anonymous") return false;
  if (revocation.kind === "session") return caller.kind === "operator" && caller.sessionId === revocation.id;
  return caller.kind === revocation.kind && caller.id === revocation.id;
}
