import { agentOfStream } from "../agents/agent-stream.js";
import type { CommandPayload } from "../commands/commands.events.js";
import type { Sql } from "../database/sql.js";
import type { RecordedEvent } from "../events/event.js";
import { recountUpdates } from "./recount-updates.js";
import { statesAfter } from "./update-states.js";

/** Another update of the same package that is open; there is one at most. */
const OPEN_BESIDE = `o.agent_id = u.agent_id and o.source = u.source and o.key = u.key and o.is_open and o.id <> u.id`;

/** A scan may have listed the candidate anew before the rollback's end was told: then that row is the living one. */
const ROLL_BACK = `
  update updates set state = $2::jsonb ->> state, changed_at = $3, installed_at = $4, verified_at = null,
    failure_code = null, failure_message = null
  where $2::jsonb ? state and id in (
    select coalesce(o.id, u.id) from updates u left join updates o on ${OPEN_BESIDE}
    where u.id = any($1) and (o.id is null or o.candidate_version = u.candidate_version))`;

const GIVE_WAY = `
  update updates u set state = $2::jsonb ->> state, changed_at = $3, closed_reason = 'SUPERSEDED'
  where id = any($1) and $2::jsonb ? state and exists (select from updates o where ${OPEN_BESIDE})`;

/** What went back to the version before is offered again; what did not is as it was, and the next scan shows it. */
export async function projectRolledBack(
  sql: Sql,
  { payload, at, stream }: RecordedEvent<CommandPayload<"command.finished">>,
): Promise<void> {
  const ids = payload.updates
    .filter(({ outcome }) => outcome === "SUCCEEDED")
    .map(({ updateId }) => updateId);
  if (ids.length === 0) return;
  const rolledBackAt = payload.agentFinishedAt === null ? at : new Date(payload.agentFinishedAt);
  await sql.query(ROLL_BACK, [ids, statesAfter("rollBack"), at, rolledBackAt], "updates.roll-back");
  await sql.query(GIVE_WAY, [ids, statesAfter("giveWay"), at], "updates.give-way");
  await recountUpdates(sql, agentOfStream(stream));
}
