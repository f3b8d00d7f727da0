import { agentOfStream } from "../agents/agent-stream.js";
import { changesMachine } from "../commands/command-kinds.js";
import type { CommandPayload } from "../commands/commands.events.js";
import type { Cursor } from "../events/cursor.js";
import type { RecordedEvent } from "../events/event.js";
import type { ScanRecorded } from "../scans/scans.events.js";
import type { LiveParts } from "./live-parts.js";

/** Updates of one agent changed. Plain uuids. */
export interface UpdateChange {
  readonly sequence: string;
  readonly occurredAt: Date;
  readonly agentId: string;
  /** At most 200. */
  readonly updateIds: readonly string[];
  /** Whether more changed than are named. */
  readonly isTruncated: boolean;
}

/** Which updates an event changed, and whether it may have changed others, too. */
interface Changed {
  readonly ids: readonly string[];
  readonly andOthers?: boolean;
}

const MOST = 200;

/** Follows changes of updates, of one agent when `agentId` is given. */
export async function* followUpdates(
  parts: LiveParts,
  agentId: string | null,
  after: Cursor | undefined,
  signal: AbortSignal,
): AsyncGenerator<UpdateChange, void> {
  for await (const event of parts.feed.follow(after, signal)) {
    const { ids, andOthers = false } = changedBy(event);
    if (ids.length === 0) continue;
    const changedAgent = agentOfStream(event.stream);
    if (agentId !== null && changedAgent !== agentId) continue;
    yield {
      sequence: event.token,
      occurredAt: event.at,
      agentId: changedAgent,
      updateIds: ids.slice(0, MOST),
      isTruncated: andOthers || ids.length > MOST,
    };
  }
}

function changedBy(event: RecordedEvent): Changed {
  switch (event.type) {
    case "scan.recorded":
      return changedByScan(event.payload as ScanRecorded);
    case "update.approved":
    case "update.rejected":
    case "update.held":
    case "update.released":
      return { ids: (event.payload as { updateIds: string[] }).updateIds };
    case "command.started":
    case "command.expired":
      return changedByCommand(event.payload as CommandPayload<"command.started">);
    case "command.finished": {
      const payload = event.payload as CommandPayload<"command.finished">;
      // A transaction may bring other open updates along, and a rollback may find the candidate listed anew.
      const andOthers = payload.type === "ROLLBACK" || payload.items.length > payload.updateIds.length;
      return { ...changedByCommand(payload), andOthers };
    }
    default:
      return { ids: [] };
  }
}

function changedByCommand({ type, updateIds }: CommandPayload<"command.started">): Changed {
  return { ids: changesMachine(type) ? updateIds : [] };
}

function changedByScan({ difference }: ScanRecorded): Changed {
  const { opened, changed, closed, contradicted, proved, restartNeeded } = difference;
  return {
    ids: [...[opened, changed, closed, contradicted].flat().map(({ id }) => id), ...proved, ...restartNeeded],
  };
}
