import type { Caller } from "../access/caller.js";
import { permissions } from "../access/permissions.js";
import type { RequestContext } from "../schema/context.js";
import { loadApiTokens } from "../tokens/load-tokens.js";
import { OperatorEntity } from "./operator.entity.js";
import { toOperator } from "./operator.type.js";
import type { Viewer } from "./viewer.type.js";

/** Who asks, as clients see it; null for agents and the unknown. */
export async function toViewer(context: RequestContext, caller: Caller): Promise<Viewer | null> {
  if (caller.kind === "anonymous" || caller.kind === "agent") return null;
  const may = permissions.filter((permission) => caller.permissions.has(permission));
  if (caller.kind === "operator") {
    const entity = await context.em.findOneOrFail(OperatorEntity, { id: caller.id });
    return { operator: toOperator(entity), apiToken: null, permissions: may };
  }
  const [apiToken] = await loadApiTokens([caller.id], context);
  return { operator: null, apiToken: apiToken ?? null, permissions: may };
}
