import { agentOfStream } from "../agents/agent-stream.js";
import type { Sql } from "../database/sql.js";
import type { RecordedEvent } from "../events/event.js";
import { recountUpdates } from "./recount-updates.js";
import { statesAfter } from "./update-states.js";

type Decided = RecordedEvent<{ updateIds: string[] }>;
type DecidedWithReason = RecordedEvent<{ updateIds: string[]; reason: string | null }>;

const DECIDE = `
  update updates set state = $2::jsonb ->> state, changed_at = $3, decided_by = $4, decided_at = $3,
    failure_code = null, failure_message = null, installed_at = null, verified_at = null
  where id = any($1) and $2::jsonb ? state`;

/** An approval also overrules a rejection: whether it may was judged when the event was made. */
export async function projectApproved(sql: Sql, event: Decided): Promise<void> {
  const states = { ...statesAfter("approve"), ...statesAfter("overrule") };
  const values = [event.payload.updateIds, states, event.at, event.actor.name];
  await sql.query(DECIDE, values, "updates.decide");
}

export async function projectRejected(sql: Sql, event: DecidedWithReason): Promise<void> {
  const values = [event.payload.updateIds, statesAfter("reject"), event.at, event.actor.name];
  await sql.query(DECIDE, values, "updates.decide");
}

export async function projectHeld(sql: Sql, event: DecidedWithReason): Promise<void> {
  const { updateIds, reason } = event.payload;
  await sql.query(
    `insert into update_holds (agent_id, source, key, reason, set_by, set_at)
     select distinct agent_id, source, key, $2::text, $3::text, $4::timestamptz from updates where id = any($1)
     on conflict (agent_id, source, key) do update
       set reason = excluded.reason, set_by = excluded.set_by, set_at = excluded.set_at`,
    [updateIds, reason, event.actor.name, event.at],
  );
  await sql.query(
    `update updates set is_held_by_operator = true, hold_reason = $2, hold_set_by = $3, hold_set_at = $4
     where id = any($1)`,
    [updateIds, reason, event.actor.name, event.at],
  );
  await recountUpdates(sql, agentOfStream(event.stream));
}

/** The hold ends for the package, so for whichever of its candidates is open now and for the closed ones. */
export async function projectReleased(sql: Sql, event: Decided): Promise<void> {
  await sql.query(
    `with packages as (
       delete from update_holds h using updates u
       where u.id = any($1) and h.agent_id = u.agent_id and h.source = u.source and h.key = u.key
       returning h.agent_id, h.source, h.key
     )
     update updates u set is_held_by_operator = false, hold_reason = null, hold_set_by = null,
       hold_set_at = null
     from packages p
     where u.agent_id = p.agent_id and u.source = p.source and u.key = p.key and u.is_held_by_operator`,
    [event.payload.updateIds],
  );
  await recountUpdates(sql, agentOfStream(event.stream));
}
