import type { RequestContext } from "../schema/context.js";
import { ApiTokenEntity } from "./api-token.entity.js";
import { toApiToken, type ApiToken } from "./api-token.type.js";
import { RegistrationTokenEntity } from "./registration-token.entity.js";
import { toRegistrationToken, type RegistrationToken } from "./registration-token.type.js";

/** API tokens by plain uuid, in the order asked for; revoked ones too. */
export async function loadApiTokens(
  ids: readonly string[],
  context: RequestContext,
): Promise<(ApiToken | null)[]> {
  const found = await context.em.find(ApiTokenEntity, { id: { $in: [...ids] } });
  const tokens = await withLastUse(found, context);
  const byId = new Map(found.map((entity, index) => [entity.id, tokens[index]]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** Every API token, newest first. */
export async function listApiTokens(context: RequestContext): Promise<ApiToken[]> {
  const found = await context.em.find(ApiTokenEntity, {}, { orderBy: { id: "desc" } });
  return withLastUse(found, context);
}

/** Registration tokens by plain uuid, in the order asked for; revoked ones too. */
export async function loadRegistrationTokens(
  ids: readonly string[],
  context: RequestContext,
): Promise<(RegistrationToken | null)[]> {
  const found = await context.em.find(RegistrationTokenEntity, { id: { $in: [...ids] } });
  const byId = new Map(found.map((entity) => [entity.id, toRegistrationToken(entity)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** Every registration token, newest first. */
export async function listRegistrationTokens(context: RequestContext): Promise<RegistrationToken[]> {
  const found = await context.em.find(RegistrationTokenEntity, {}, { orderBy: { id: "desc" } });
  return found.map(toRegistrationToken);
}

/** When a token was last used lies beside its hash, since it is no event. */
async function withLastUse(found: readonly ApiTokenEntity[], context: RequestContext): Promise<ApiToken[]> {
  const uses = await context.database.query<{ id: string; used_at: Date | null }>(
    "select api_token_id as id, used_at from api_token_secrets where api_token_id = any($1)",
    [found.map(({ id }) => id)],
  );
  const byId = new Map(uses.map((use) => [use.id, use.used_at]));
  return found.map((entity) => toApiToken(entity, byId.get(entity.id) ?? null));
}
