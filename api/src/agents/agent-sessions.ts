import type { Authenticator, Credential, Purpose } from "../access/authenticator.js";
import { noPermissions, type AgentCaller } from "../access/caller.js";
import { hashSecret, isSecret } from "../access/secret.js";
import type { Database } from "../database/database.js";
import { inTransaction } from "../database/unit-of-work.js";
import type { Clock } from "../clock.js";
import { findAccess, lockCredentials, type AccessRow } from "./agents.sql.js";
import type { CommandsInHand } from "./commands-in-hand.js";
import { siblings } from "./credential-family.js";

/** For how long an answer of the database is believed. Milliseconds. */
const BELIEVED_MS = 10_000;
const MOST_REMEMBERED = 20_000;

/** What the sessions work with. */
export interface SessionParts {
  readonly database: Database;
  readonly clock: Clock;
  /** Asked only for retired agents. */
  readonly commands: () => CommandsInHand;
  /** Hears of each request of an agent in service. */
  readonly onSeen: (agentId: string) => void;
}

interface Remembered {
  readonly caller: AgentCaller;
  readonly isRetired: boolean;
  readonly until: number;
}

/**
 * Knows agents by their access tokens: one SHA-256 and, at most every ten seconds per token, one indexed
 * look-up. A revoked token is refused at once by the server that revoked it and within ten seconds by others;
 * what changes state looks again in its own transaction.
 *
 * A retired agent's token lives until its commands in hand have ended, so that a running install may still
 * report; the other verbs of agents refuse it (see retired-agent.ts).
 */
export class AgentSessions implements Authenticator {
  readonly #parts: SessionParts;
  readonly #remembered = new Map<string, Remembered>();
  /** Counts what was forgotten, so that a look-up begun before is not remembered after. */
  #forgotten = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  accepts(credential: Credential): boolean {
    return credential.kind === "bearer" && isSecret("rfa", credential.secret);
  }

  async authenticate(credential: Credential, purpose: Purpose): Promise<AgentCaller | null> {
    const hash = hashSecret(credential.secret);
    const key = hash.toString("base64");
    const now = this.#parts.clock();
    const forgotten = this.#forgotten;
    const remembered = this.#remembered.get(key);
    const fresh = remembered && remembered.until > now ? remembered : await this.#lookUp(hash, now);
    this.#remembered.delete(key);
    if (!fresh) return null;
    // Deleted and set again: the map's order is the order of use.
    if (forgotten === this.#forgotten) this.#remembered.set(key, fresh);
    if (this.#remembered.size > MOST_REMEMBERED) this.#forgetOldest();
    if (!fresh.isRetired && purpose === "use") this.#parts.onSeen(fresh.caller.id);
    return fresh.caller;
  }

  /** Looks this agent's tokens up again when they come next. */
  forget(agentId: string): void {
    this.#forgotten += 1;
    for (const [key, { caller }] of this.#remembered) {
      if (caller.id === agentId) this.#remembered.delete(key);
    }
  }

  async #lookUp(hash: Buffer, now: number): Promise<Remembered | null> {
    const row = await findAccess(this.#parts.database, hash);
    if (!row || row.expiresAt.getTime() <= now) return null;
    if (row.isRetired) {
      if (!(await this.#parts.commands().hasInHand(row.agentId))) return null;
    } else if (row.isRevoked) {
      return null;
    }
    if (!row.isUsed && !(await this.#markUsed(row))) return null;
    const caller: AgentCaller = {
      kind: "agent",
      id: row.agentId,
      name: row.name,
      permissions: noPermissions,
      expiresAt: row.expiresAt,
    };
    const until = Math.min(now + BELIEVED_MS, row.expiresAt.getTime());
    return { caller, isRetired: row.isRetired, until };
  }

  /** From now on the token that this one replaced counts as reused. False when another answer was used first. */
  async #markUsed(row: AccessRow): Promise<boolean> {
    return await inTransaction(this.#parts.database, async (tx) => {
      const family = await lockCredentials(tx, row.agentId, null);
      const own = family.find(({ id }) => id === row.credentialId);
      if (!own || own.revokedAt !== null) return false;
      const others = siblings(family, own).map(({ id }) => id);
      await tx.query("delete from agent_credentials where id = any($1)", [others]);
      const now = new Date(this.#parts.clock());
      await tx.query("update agent_credentials set used_at = coalesce(used_at, $2) where id = $1", [
        own.id,
        now,
      ]);
      return true;
    });
  }

  #forgetOldest(): void {
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined) this.#remembered.delete(oldest);
  }
}
