import type { LoaderFactory, RequestContext } from "../schema/context.js";
import { UpdateEntity } from "./update.entity.js";
import { toUpdate, type Update } from "./update.type.js";

/** Updates by plain uuid, in the order asked for; null where there is none. */
export async function loadUpdates(
  ids: readonly string[],
  context: RequestContext,
): Promise<(Update | null)[]> {
  const found = await context.em.find(UpdateEntity, { id: { $in: [...ids] } });
  const byId = new Map(found.map((entity) => [entity.id, toUpdate(entity)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** The request's loader of updates: `context.loader(updateById).load(uuid)`. */
export const updateById: LoaderFactory<string, Update | null> = (context) => (ids) =>
  loadUpdates(ids, context);
