import type { Sql } from "../database/sql.js";
import type { LoaderFactory } from "../schema/context.js";
import { statesAfter } from "../updates/update-states.js";
import type { CommandState } from "./command-states.js";
import type { CommandType } from "./commands.events.js";
import { HAS_MOVED, heldInCommand } from "./held-packages.js";
import type { PlannedReversibility } from "./plans-of-commands.js";

/** A command that somebody wants to take back, with all that decides whether that is possible. Ids are plain. */
export interface RollbackCandidate {
  readonly id: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly isAgentRetired: boolean;
  readonly canInstall: boolean;
  readonly cannotInstallReason: string | null;
  readonly type: CommandType;
  readonly source: string;
  readonly state: CommandState;
  /** As the plan said; null when the source did not. */
  readonly reversibility: PlannedReversibility | null;
  /** How many packages have another version since. */
  readonly movedCount: number;
  /** The updates that go back with it. */
  readonly updateIds: readonly string[];
  readonly isRolledBack: boolean;
  /** An install of the same source waits or runs, or a rollback of this one. */
  readonly isInstallInHand: boolean;
  readonly isRollbackInHand: boolean;
  /** The latest install after it that moved some of the same packages, and which ones; null: there is none. */
  readonly later: { readonly id: string; readonly names: readonly string[] } | null;
  /** A package of it that somebody holds; null when there is none. */
  readonly heldName: string | null;
}

/** The packages of a command `c` that have another version since. */
const moved = (command: string): string => `jsonb_array_elements(${command}.items) item where ${HAS_MOVED}`;

const IN_HAND = "('QUEUED', 'CLAIMED', 'RUNNING')";

/** A rollback of the install `install`. What an agent tells of another machine's install, or of another source's, is none. */
const rollbackOf = (install: string): string =>
  `from commands r where r.rolls_back = ${install}.id and r.agent_id = ${install}.agent_id
     and r.source = ${install}.source`;

/**
 * By the times and not by the ids: those of what was done at the machine are made by its clock. What a rollback has put
 * back already counts no longer as moved by its install.
 */
const LATER = `
  select json_build_object('id', o.id, 'names', json_agg(distinct mine.name)) as found
  from commands o
    cross join lateral (select item ->> 'key' as key from ${moved("o")}) theirs
    join (select item ->> 'key' as key, item ->> 'name' as name from ${moved("c")}) mine on mine.key = theirs.key
  where o.agent_id = c.agent_id and o.source = c.source and o.type = 'INSTALL'
    and (o.requested_at, o.id) > (c.requested_at, c.id)
    and not exists (
      select ${rollbackOf("o")} and exists (
        select from jsonb_array_elements(r.items) back
        where back ->> 'key' = mine.key and back ->> 'outcome' = 'SUCCEEDED'))
  group by o.id order by o.requested_at desc, o.id desc limit 1`;

/** At most one update a package: the living one, else the latest. */
const UPDATES = `
  select distinct on (u.key) u.id from updates u
    join (select item ->> 'key' as key, item ->> 'toVersion' as version from ${moved("c")}) m
      on m.key = u.key and m.version = u.candidate_version
  where u.agent_id = c.agent_id and u.source = c.source and u.state = any($2)
  order by u.key, u.is_open desc, u.id desc`;

/** The commands with these ids. Unknown ids are left out. */
export async function findRollbackCandidates(sql: Sql, ids: readonly string[]): Promise<RollbackCandidate[]> {
  return await sql.query<RollbackCandidate>(
    `select c.id, c.agent_id as "agentId", a.name as "agentName", a.retired_at is not null as "isAgentRetired",
       a.can_install as "canInstall", a.cannot_install_reason as "cannotInstallReason", c.type, c.source, c.state,
       coalesce(p.reversibility, c.reversibility) as reversibility, (select count(*)::int from ${moved("c")}) as "movedCount",
       array(${UPDATES}) as "updateIds",
       exists (select ${rollbackOf("c")} and r.state = 'SUCCEEDED') as "isRolledBack",
       exists (select ${rollbackOf("c")} and r.state in ${IN_HAND}) as "isRollbackInHand",
       exists (select from commands o where o.agent_id = c.agent_id and o.source = c.source
         and o.type = 'INSTALL' and o.id <> c.id and o.state in ${IN_HAND}) as "isInstallInHand",
       (${LATER}) as later,
       (select min(name) from (${heldInCommand("c.id")}) held) as "heldName"
     from commands c join agents a on a.id = c.agent_id left join plans p on p.id = c.plan_id
     where c.id = any($1::uuid[])`,
    [ids, Object.keys(statesAfter("rollBack"))],
    "commands.rollback-candidates",
  );
}

/** The latest command that takes an install back, by the install's plain id; null when there is none. */
export const latestRollbackOf: LoaderFactory<string, string | null> = (context) => async (ids) => {
  const rows = await context.database.query<{ id: string; rollsBack: string }>(
    `select c.id as "rollsBack", r.id from commands c cross join lateral (
       select r.id ${rollbackOf("c")} order by r.requested_at desc, r.id desc limit 1) r
     where c.id = any($1::uuid[])`,
    [ids],
    "commands.latest-rollback",
  );
  const byInstall = new Map(rows.map(({ id, rollsBack }) => [rollsBack, id]));
  return ids.map((id) => byInstall.get(id) ?? null);
};
