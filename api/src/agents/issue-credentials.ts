import { uuidv7 } from "uuidv7";
import { hashSecret, makeSecret } from "../access/secret.js";
import type { Tx } from "../database/sql.js";

/** An agent's new tokens; the server keeps only their hashes. */
export interface AgentCredentials {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: Date;
}

/** 24 hours. Milliseconds. */
const ACCESS_MS = 86_400_000;
/** 90 days after the last renewal. Milliseconds. */
const REFRESH_MS = 90 * 86_400_000;

/** Makes a pair of tokens and keeps its hashes. `parentId` is the pair that it replaces. */
export async function issueCredentials(
  tx: Tx,
  input: {
    agentId: string;
    parentId: string | null;
    now: Date;
    randomBytes: (length: number) => Buffer;
  },
): Promise<AgentCredentials> {
  const { agentId, parentId, now, randomBytes } = input;
  const credentials = {
    accessToken: makeSecret("rfa", randomBytes),
    accessTokenExpiresAt: new Date(now.getTime() + ACCESS_MS),
    refreshToken: makeSecret("rfx", randomBytes),
    refreshTokenExpiresAt: new Date(now.getTime() + REFRESH_MS),
  };
  await tx.query(
    `insert into agent_credentials (id, agent_id, parent_id, access_hash, access_expires_at, refresh_hash,
       refresh_expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      uuidv7(),
      agentId,
      parentId,
      hashSecret(credentials.accessToken),
      credentials.accessTokenExpiresAt,
      hashSecret(credentials.refreshToken),
      credentials.refreshTokenExpiresAt,
    ],
    "agents.issue-credentials",
  );
  return credentials;
}
