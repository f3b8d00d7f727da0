import type { RequestContext } from "../schema/context.js";
import { equalsOneOf, idsIn, whereBetween, whereString } from "../schema/filter-sql.js";
import type { IdFilter } from "../schema/filter.type.js";
import { encodeId } from "../schema/global-id.js";
import { paginate, type Page } from "../schema/paginate.js";
import { sql, type SqlFragment } from "../schema/sql-fragment.js";
import { encodeCursor } from "./cursor.js";
import type { Actor } from "./event.js";
import type { EventType } from "./event.type.js";
import type { EventsArgs } from "./events.args.js";
import type { Projectors } from "./projector.js";

const AGENT_STREAM = "agent:";
const SELECT = "id, stream, type, payload, actor, at, txid";

interface EventRow {
  id: string;
  stream: string;
  type: string;
  payload: unknown;
  actor: Actor;
  at: Date;
  txid: string;
}

/** One page of the log, newest first. */
export async function listEvents(
  context: RequestContext,
  projectors: Projectors,
  args: EventsArgs,
): Promise<Page<EventType>> {
  const { filter } = args;
  return paginate<EventRow, EventType>({
    sql: context.database,
    args,
    select: SELECT,
    from: sql`events`,
    where: [
      ...whereAgent(filter?.agent),
      ...whereString("type", filter?.type),
      ...whereBetween("at", filter?.occurredAt),
    ],
    orderBy: [{ expression: "id", type: "uuid", direction: "desc" }],
    toNode: (row) => toEvent(row, projectors),
  });
}

/** As names of streams, which an index begins with. */
function whereAgent(filter: IdFilter | null | undefined): SqlFragment[] {
  const ids = idsIn("agent", filter);
  return ids === null
    ? []
    : [
        equalsOneOf(
          "stream",
          ids.map((id) => AGENT_STREAM + id),
        ),
      ];
}

/** Events by plain uuid, in the order asked for. */
export async function loadEvents(
  ids: readonly string[],
  context: RequestContext,
  projectors: Projectors,
): Promise<(EventType | null)[]> {
  const rows = await context.database.query<EventRow>(`select ${SELECT} from events where id = any($1)`, [
    ids,
  ]);
  const byId = new Map(rows.map((row) => [row.id, toEvent(row, projectors)]));
  return ids.map((id) => byId.get(id) ?? null);
}

function toEvent(row: EventRow, projectors: Projectors): EventType {
  const { id, stream, type, payload, actor, at, txid } = row;
  return {
    id: encodeId("evt", id),
    sequence: encodeCursor({ txid, id }),
    type,
    summary: projectors.summarize(type, payload),
    actor,
    occurredAt: at,
    agentId: stream.startsWith(AGENT_STREAM) ? stream.slice(AGENT_STREAM.length) : null,
  };
}
