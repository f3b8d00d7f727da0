import type { RequestContext } from "../schema/context.js";
import { whereBetween, whereId, whereOneOf, whereString } from "../schema/filter-sql.js";
import { paginate, type Page } from "../schema/paginate.js";
import { sql } from "../schema/sql-fragment.js";
import { SCAN_COLUMNS, type ScanEntity } from "./scan.entity.js";
import { toScan, type Scan } from "./scan.type.js";
import type { ScansArgs } from "./scans.inputs.js";

/** A page of scans, newest first: ids of scans are ordered by the time of their making. */
export async function listScans(context: RequestContext, args: ScansArgs): Promise<Page<Scan>> {
  const { filter } = args;
  return await paginate<ScanEntity, Scan>({
    sql: context.database,
    args,
    select: SCAN_COLUMNS,
    from: sql`scans s`,
    where: [
      ...whereId("s.agent_id", "agent", filter?.agent),
      ...whereString("s.source", filter?.source),
      ...whereOneOf("s.status", filter?.statuses),
      ...whereBetween("s.recorded_at", filter?.recordedAt),
    ],
    orderBy: [{ expression: "s.id", type: "uuid", direction: "desc" }],
    toNode: toScan,
  });
}
