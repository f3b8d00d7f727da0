import type { LoaderFactory, RequestContext } from "../schema/context.js";
import { ScanEntity } from "./scan.entity.js";
import { toScan, type Scan } from "./scan.type.js";

/** Scans by plain uuid, in the order asked for; null where there is none. */
export async function loadScans(ids: readonly string[], context: RequestContext): Promise<(Scan | null)[]> {
  const found = await context.em.find(ScanEntity, { id: { $in: [...ids] } });
  const byId = new Map(found.map((entity) => [entity.id, toScan(entity)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** The request's loader of scans: `context.loader(scanById).load(uuid)`. */
export const scanById: LoaderFactory<string, Scan | null> = (context) => (ids) => loadScans(ids, context);
