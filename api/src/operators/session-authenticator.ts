import type { AccessParts } from "../access/access-parts.js";
import type { Authenticator, Credential, Purpose } from "../access/authenticator.js";
import type { OperatorCaller } from "../access/caller.js";
import { permissionsOf, type Role } from "../access/permissions.js";
import { hashSecret, isSecret } from "../access/secret.js";
import { SESSION_IDLE_MS } from "./sessions.js";

/** How exactly the last use of a session is kept, so that a busy page does not write with each request. */
const USE_GRAIN_MS = 60_000;

interface SessionRow {
  id: string;
  operator_id: string;
  name: string;
  role: Role;
  used_at: Date;
  expires_at: Date;
  ends_at: Date;
}

/** Knows operators by their session cookie. Each use lets the session live on, up to its absolute end. */
export class SessionAuthenticator implements Authenticator {
  readonly #parts: Pick<AccessParts, "database" | "clock">;

  constructor(parts: Pick<AccessParts, "database" | "clock">) {
    this.#parts = parts;
  }

  accepts(credential: Credential): boolean {
    return credential.kind === "cookie" && isSecret("rfs", credential.secret);
  }

  async authenticate(credential: Credential, purpose: Purpose): Promise<OperatorCaller | null> {
    const now = this.#parts.clock();
    const [session] = await this.#parts.database.query<SessionRow>(
      `select s.id, s.operator_id, o.name, o.role, s.used_at, s.expires_at, s.ends_at
       from sessions s join operators o on o.id = s.operator_id
       where s.secret_hash = $1 and s.expires_at > $2 and s.ends_at > $2 and o.removed_at is null`,
      [hashSecret(credential.secret), new Date(now)],
      "operators.authenticate",
    );
    if (!session) return null;
    return {
      kind: "operator",
      id: session.operator_id,
      name: session.name,
      role: session.role,
      permissions: permissionsOf[session.role],
      sessionId: session.id,
      expiresAt: purpose === "use" ? await this.#use(session, now) : session.expires_at,
    };
  }

  async #use(session: SessionRow, now: number): Promise<Date> {
    if (now - session.used_at.getTime() < USE_GRAIN_MS) return session.expires_at;
    const expiresAt = new Date(Math.min(now + SESSION_IDLE_MS, session.ends_at.getTime()));
    await this.#parts.database.query(
      "update sessions set used_at = $2, expires_at = $3 where id = $1",
      [session.id, new Date(now), expiresAt],
      "operators.use-session",
    );
    return expiresAt;
  }
}
