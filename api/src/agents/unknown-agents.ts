import type { Sql } from "../database/sql.js";
import { joinSql, renderSql, sql, type SqlFragment } from "../schema/sql-fragment.js";

/**
 * Counts the agents of `from` (with the alias `a` for `agents`) about which less is known than there may be:
 * one that has a supported source whose knowledge is not FRESH, or no supported source at all.
 * `sources` narrows the sources (alias `s`).
 */
export async function countUnknownAgents(
  db: Sql,
  scope: { from: SqlFragment; where: readonly SqlFragment[]; sources?: readonly SqlFragment[] },
): Promise<number> {
  const sources = [sql`s.state not in ('FRESH', 'UNSUPPORTED')`, ...(scope.sources ?? [])];
  const { text, values } = renderSql(
    sql`select count(*) as total from ${scope.from}
      where ${joinSql(scope.where, " and ", "true")} and (
        a.id in (select s.agent_id from source_coverage s where ${joinSql(sources, " and ")})
        or not exists (select from coverage where agent_id = a.id and status <> 'UNSUPPORTED')
          and not exists (select from source_presence p where p.agent_id = a.id and not exists
            (select from coverage c where c.agent_id = p.agent_id and c.source = p.source))
      )`,
  );
  const [row] = await db.query<{ total: number }>(text, values);
  return row?.total ?? 0;
}
