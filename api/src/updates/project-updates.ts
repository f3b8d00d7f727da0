import { agentOfStream } from "../agents/agent-stream.js";
import { AgentRetired } from "../agents/agents.events.js";
import { CommandExpired, CommandFinished, CommandStarted } from "../commands/commands.events.js";
import type { Sql } from "../database/sql.js";
import type { RecordedEvent } from "../events/event.js";
import { defineEvent, defineEvents, listen } from "../events/projector.js";
import { HistoryForgotten } from "../retention/retention.events.js";
import { ScanRecorded } from "../scans/scans.events.js";
import { projectApproved, projectHeld, projectRejected, projectReleased } from "./project-decisions.js";
import { projectAgentRetired, projectExpired, projectFinished, projectStarted } from "./project-install.js";
import { projectMarks } from "./project-marks.js";
import { projectScan } from "./project-scan.js";
import { UpdatesApproved, UpdatesHeld, UpdatesRejected, UpdatesReleased } from "./updates.events.js";

const NAMED = 3;

/** The first few by name, the rest by number. */
function listed({ updateIds, names }: { updateIds: readonly string[]; names: readonly string[] }): string {
  const shown = names.slice(0, updateIds.length > NAMED + 1 ? NAMED : NAMED + 1);
  const rest = updateIds.length - shown.length;
  const counted = `${rest} ${shown.length > 0 ? "more" : "updates"}`;
  return [...shown, ...(rest > 0 ? [counted] : [])].join(", ");
}

const because = (reason: string | null): string => (reason === null ? "." : `: ${reason}`);

async function projectForgotten(sql: Sql, event: RecordedEvent<HistoryForgotten>): Promise<void> {
  const { endedBefore } = event.payload;
  if (endedBefore === null) return;
  await sql.query(
    "delete from updates where agent_id = $1 and not is_open and changed_at < $2",
    [agentOfStream(event.stream), endedBefore],
    "updates.project-forgotten",
  );
}

/** What happens to updates, and how the tables `updates`, `update_holds` and `agent_update_counts` follow. */
export const updateEvents = defineEvents(
  {
    "update.approved": defineEvent(
      UpdatesApproved,
      projectApproved,
      (payload) => `Approved ${listed(payload)}.`,
    ),
    "update.rejected": defineEvent(
      UpdatesRejected,
      projectRejected,
      (payload) => `Rejected ${listed(payload)}${because(payload.reason)}`,
    ),
    "update.held": defineEvent(
      UpdatesHeld,
      projectHeld,
      (payload) => `Put ${listed(payload)} on hold${because(payload.reason)}`,
    ),
    "update.released": defineEvent(
      UpdatesReleased,
      projectReleased,
      (payload) => `Released ${listed(payload)}.`,
    ),
  },
  {
    tables: ["updates", "update_holds", "agent_update_counts"],
    listeners: {
      "scan.recorded": listen(ScanRecorded, projectScan),
      "command.started": listen(CommandStarted, projectStarted),
      "command.finished": listen(CommandFinished, async (sql, event) => {
        await projectFinished(sql, event);
        await projectMarks(sql, event);
      }),
      "command.expired": listen(CommandExpired, projectExpired),
      "agent.retired": listen(AgentRetired, projectAgentRetired),
      "history.forgotten": listen(HistoryForgotten, projectForgotten),
    },
  },
);
