import { hashSecret, isSecret } from "../access/secret.js";
import type { Clock } from "../clock.js";
import type { Database } from "../database/database.js";
import type { Log } from "../database/log.js";
import { inTransaction } from "../database/unit-of-work.js";
import type { RandomBytes } from "../random-bytes.js";
import { PreconditionError } from "../schema/user-errors.js";
import { findAgentByRefresh, lockCredentials, revokeCredentials } from "./agents.sql.js";
import { judgeRenewal } from "./credential-family.js";
import { issueCredentials, type AgentCredentials } from "./issue-credentials.js";

/** What renewing works with. */
export interface RenewParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly log: Log;
  /** Hears that all tokens of an agent ended. */
  readonly onRevoked: (agentId: string) => void;
}

/**
 * Replaces an agent's tokens. A renewal whose answer was lost may be repeated until one of the new tokens is
 * used; reuse after that ends all tokens of the agent, because two hold what one should.
 *
 * Throws {@link PreconditionError} REFRESH_TOKEN_REFUSED: unknown, expired, revoked or reused.
 */
export async function renewAgent(parts: RenewParts, refreshToken: string): Promise<AgentCredentials> {
  const { database, clock, randomBytes, log } = parts;
  const hash = isSecret("rfx", refreshToken) ? hashSecret(refreshToken) : null;
  const agentId = hash && (await findAgentByRefresh(database, hash));
  if (!hash || !agentId) throw refused();
  const credentials = await inTransaction(database, async (tx) => {
    const family = await lockCredentials(tx, agentId, hash);
    const presented = family.find(({ isPresented }) => isPresented);
    const now = new Date(clock());
    const verdict = presented ? judgeRenewal(family, presented, now) : { kind: "refused" as const };
    if (!presented || verdict.kind === "refused") return null;
    if (verdict.kind === "reused") {
      await revokeCredentials(tx, agentId, now);
      tx.afterCommit(() => {
        log.warn({ agentId }, "An agent's old refresh token was used again, so all its tokens ended");
        parts.onRevoked(agentId);
      });
      return null;
    }
    await tx.query("delete from agent_credentials where id = any($1)", [verdict.dropped]);
    await tx.query(
      "update agent_credentials set used_at = coalesce(used_at, $2), replaced_at = $2 where id = $1",
      [presented.id, now],
    );
    return await issueCredentials(tx, { agentId, parentId: presented.id, now, randomBytes });
  });
  if (!credentials) throw refused();
  return credentials;
}

function refused(): PreconditionError {
  return new PreconditionError(
    "REFRESH_TOKEN_REFUSED",
    "The refresh token is unknown, expired or revoked. Register the agent anew with a registration token.",
    ["input", "refreshToken"],
  );
}
