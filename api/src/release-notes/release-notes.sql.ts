import type { Sql } from "../database/sql.js";
import type { LoaderFactory } from "../schema/context.js";
import type { ReleaseNotes } from "./release-notes.type.js";

/** An update whose release notes somebody wants to read. Ids are plain uuids. */
export interface NotedUpdate {
  readonly id: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly isAgentRetired: boolean;
  readonly source: string;
  readonly name: string;
  readonly state: string;
  /** Whether its notes were fetched already. */
  readonly isKnown: boolean;
  /** The command that is fetching them; null when none is. */
  readonly underWay: string | null;
}

/** The updates with these ids. Unknown ids are left out. */
export async function findNoted(sql: Sql, ids: readonly string[]): Promise<Map<string, NotedUpdate>> {
  const rows = await sql.query<NotedUpdate>(
    `select u.id, u.agent_id as "agentId", a.name as "agentName", a.retired_at is not null as "isAgentRetired",
       u.source, u.name, u.state, exists (select from update_release_notes n where n.update_id = u.id) as "isKnown",
       (select c.id from commands c
        where c.type = 'RELEASE_NOTES' and c.update_ids[1] = u.id
          and c.state in ('QUEUED', 'CLAIMED', 'RUNNING') and c.deadline_at > now() and not c.is_cancel_requested
        order by c.id desc limit 1) as "underWay"
     from updates u join agents a on a.id = u.agent_id where u.id = any($1::uuid[])`,
    [ids],
    "release-notes.find",
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The release notes that were fetched, by plain update id; null where none were. */
export const notesOfUpdate: LoaderFactory<string, ReleaseNotes | null> = (context) => async (ids) => {
  const rows = await context.database.query<ReleaseNotes & { updateId: string }>(
    `select update_id as "updateId", text, is_truncated as "isTruncated", advisories, fetched_at as "fetchedAt"
     from update_release_notes where update_id = any($1::uuid[])`,
    [ids],
    "release-notes.load",
  );
  const byUpdate = new Map(rows.map(({ updateId, ...notes }) => [updateId, notes]));
  return ids.map((id) => byUpdate.get(id) ?? null);
};

/** The ids that fetched release notes name, by plain update id: without the text, for lists. */
export const idsInNotes: LoaderFactory<string, readonly string[]> = (context) => async (ids) => {
  const rows = await context.database.query<{ updateId: string; advisories: string[] }>(
    `select update_id as "updateId", advisories from update_release_notes where update_id = any($1::uuid[])`,
    [ids],
    "release-notes.advisories",
  );
  const byUpdate = new Map(rows.map(({ updateId, advisories }) => [updateId, advisories]));
  return ids.map((id) => byUpdate.get(id) ?? []);
};

/** The latest command that fetches the notes of an update, by plain update id; null where there is none. */
export const notesCommandOfUpdate: LoaderFactory<string, string | null> = (context) => async (ids) => {
  const rows = await context.database.query<{ updateId: string; commandId: string }>(
    `select distinct on (update_ids[1]) update_ids[1] as "updateId", id as "commandId"
     from commands where type = 'RELEASE_NOTES' and update_ids[1] = any($1::uuid[])
     order by update_ids[1], id desc`,
    [ids],
    "release-notes.command",
  );
  const byUpdate = new Map(rows.map(({ updateId, commandId }) => [updateId, commandId]));
  return ids.map((id) => byUpdate.get(id) ?? null);
};
