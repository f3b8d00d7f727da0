import { agentOfStream } from "../agents/agent-stream.js";
import { setsMarks } from "../commands/command-kinds.js";
import type { CommandPayload } from "../commands/commands.events.js";
import type { Sql } from "../database/sql.js";
import type { RecordedEvent } from "../events/event.js";
import { recountUpdates } from "./recount-updates.js";

/**
 * The machine's package manager said itself which packages it holds now. The next scan is believed more: without a
 * digest, whatever it says of these updates is news.
 */
export async function projectMarks(
  sql: Sql,
  event: RecordedEvent<CommandPayload<"command.finished">>,
): Promise<void> {
  const { type, source, items } = event.payload;
  const agentId = agentOfStream(event.stream);
  const keys = items.filter(({ outcome }) => outcome === "SUCCEEDED").map(({ key }) => key);
  if (!setsMarks(type) || keys.length === 0) return;
  await sql.query(
    `update updates set is_held_by_mark = $4, facts_digest = ''
     where agent_id = $1 and source = $2 and key = any($3::text[]) and is_open`,
    [agentId, source, keys, type === "HOLD"],
    "updates.project-marks",
  );
  await recountUpdates(sql, agentId);
}
