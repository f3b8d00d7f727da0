import type { AccessParts } from "../access/access-parts.js";
import type { Authenticator, Credential, Purpose } from "../access/authenticator.js";
import type { ApiTokenCaller } from "../access/caller.js";
import type { Permission } from "../access/permissions.js";
import { hashSecret, isSecret } from "../access/secret.js";

/** How exactly the last use is kept. */
const USE_GRAIN_MS = 60_000;

interface TokenRow {
  id: string;
  name: string;
  scopes: Permission[];
  expires_at: Date;
  used_at: Date | null;
}

/** Knows scripts by the API token that they send as bearer token. */
export class ApiTokenAuthenticator implements Authenticator {
  readonly #parts: Pick<AccessParts, "database" | "clock">;

  constructor(parts: Pick<AccessParts, "database" | "clock">) {
    this.#parts = parts;
  }

  accepts(credential: Credential): boolean {
    return credential.kind === "bearer" && isSecret("rft", credential.secret);
  }

  async authenticate(credential: Credential, purpose: Purpose): Promise<ApiTokenCaller | null> {
    const now = this.#parts.clock();
    const [token] = await this.#parts.database.query<TokenRow>(
      `select t.id, t.name, t.scopes, t.expires_at, s.used_at
       from api_token_secrets s join api_tokens t on t.id = s.api_token_id
       where s.secret_hash = $1 and t.expires_at > $2 and t.revoked_at is null`,
      [hashSecret(credential.secret), new Date(now)],
      "tokens.authenticate",
    );
    if (!token) return null;
    if (purpose === "use" && now - (token.used_at?.getTime() ?? 0) >= USE_GRAIN_MS)
      await this.#noteUse(token.id, now);
    const { id, name, scopes, expires_at: expiresAt } = token;
    return { kind: "api-token", id, name, permissions: new Set(scopes), expiresAt };
  }

  async #noteUse(id: string, now: number): Promise<void> {
    await this.#parts.database.query(
      "update api_token_secrets set used_at = $2 where api_token_id = $1",
      [id, new Date(now)],
      "tokens.note-use",
    );
  }
}
