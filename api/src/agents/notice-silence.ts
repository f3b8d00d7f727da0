import type { Database } from "../database/database.js";
import type { Sql } from "../database/sql.js";
import type { BackgroundJob } from "../module.js";
import { offlineBefore } from "./agent-state.js";

const EVERY_MS = 10_000;

/** What noticing works with. */
export interface SilenceParts {
  readonly database: Database;
  /** Hears which agents went silent. Plain uuids. */
  readonly onSilent: (agentIds: readonly string[]) => void;
}

/**
 * Agents whose silence became too long between two moments of the database's clock, and the later moment.
 * Without `since` nobody counts: who is silent since before the start is no news.
 */
export async function findNewlySilent(
  sql: Sql,
  since: Date | null,
): Promise<{ agentIds: string[]; until: Date }> {
  const rows = await sql.query<{ until: Date; agentIds: string[] }>(
    `select now() as until, coalesce((
       select array_agg(p.agent_id) from agent_presence p join agents a on a.id = p.agent_id
       where a.retired_at is null and p.last_seen_at <= ${offlineBefore("p")}
         and p.last_seen_at > ${offlineBefore("p", "$1::timestamptz")}
     ), '{}') as "agentIds"`,
    [since],
    "agents.newly-silent",
  );
  return rows[0] ?? { agentIds: [], until: since ?? new Date() };
}

/** Looks every ten seconds who went silent. */
export function noticeSilence(parts: SilenceParts): BackgroundJob {
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let since: Date | null = null;
  const look = async (): Promise<void> => {
    try {
      const { agentIds, until } = await findNewlySilent(parts.database, since);
      since = until;
      parts.onSilent(agentIds);
    } catch (error) {
      parts.database.log.warn({ err: error }, "It could not be seen which agents are silent");
    }
  };
  return {
    name: "agents.silence",
    start: () => {
      looking = look();
      timer = setInterval(() => {
        looking = looking.then(look);
      }, EVERY_MS).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
