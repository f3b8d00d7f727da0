import type { AccessParts } from "../access/access-parts.js";
import { actorOf, type Caller } from "../access/caller.js";
import { inTransaction } from "../database/unit-of-work.js";
import { lockStreams } from "../events/lock-streams.js";
import type { Revocations } from "../access/revocations.js";
import { idPrefixes, requireId } from "../schema/global-id.js";
import { NotFoundError } from "../schema/user-errors.js";
import { apiTokenStream, registrationTokenStream, tokenEvents } from "./tokens.events.js";

const kinds = {
  tok: { table: "api_tokens", event: "api_token.revoked", stream: apiTokenStream },
  reg: { table: "registration_tokens", event: "registration_token.revoked", stream: registrationTokenStream },
} as const;

/** Takes an API token ("tok") or a registration token ("reg") back at once; once more changes nothing. */
export async function revokeToken(
  parts: AccessParts & { readonly revocations: Revocations },
  caller: Caller,
  prefix: keyof typeof kinds,
  globalId: string,
): Promise<string> {
  const path = ["input", "id"];
  const id = requireId(prefix, globalId, path);
  const { table, event, stream } = kinds[prefix];
  await inTransaction(parts.database, async (tx) => {
    await lockStreams(tx, [stream(id)]);
    const [token] = await tx.query<{ name: string; revoked_at: Date | null }>(
      `select name, revoked_at from ${table} where id = $1`,
      [id],
    );
    if (!token) throw NotFoundError.of(idPrefixes[prefix], globalId, path);
    if (token.revoked_at) return;
    await parts.events.append(tx, stream(id), [tokenEvents.of(event, { name: token.name })], actorOf(caller));
  });
  if (prefix === "tok") parts.revocations.announce({ kind: "api-token", id });
  return id;
}
