import type { RequestContext } from "../schema/context.js";
import { OperatorEntity } from "./operator.entity.js";
import { toOperator, type Operator } from "./operator.type.js";

/** Operators in office by plain uuid, in the order asked for. */
export async function loadOperators(
  ids: readonly string[],
  context: RequestContext,
): Promise<(Operator | null)[]> {
  const found = await context.em.find(OperatorEntity, { id: { $in: [...ids] }, removedAt: null });
  const byId = new Map(found.map((entity) => [entity.id, entity]));
  return ids.map((id) => {
    const entity = byId.get(id);
    return entity ? toOperator(entity) : null;
  });
}
