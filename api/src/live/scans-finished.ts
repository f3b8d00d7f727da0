import { agentOfStream } from "../agents/agent-stream.js";
import type { Cursor } from "../events/cursor.js";
import type { ScanRecorded } from "../scans/scans.events.js";
import type { LiveParts } from "./live-parts.js";

/** One scan was recorded. */
export interface FinishedScan {
  readonly sequence: string;
  readonly occurredAt: Date;
  /** Plain uuid. */
  readonly scanId: string;
}

/** Follows scans, of one agent when `agentId` is given. */
export async function* followScans(
  parts: LiveParts,
  agentId: string | null,
  after: Cursor | undefined,
  signal: AbortSignal,
): AsyncGenerator<FinishedScan, void> {
  for await (const event of parts.feed.follow(after, signal)) {
    if (event.type !== "scan.recorded") continue;
    if (agentId !== null && agentOfStream(event.stream) !== agentId) continue;
    const { scanId } = event.payload as ScanRecorded;
    yield { sequence: event.token, occurredAt: event.at, scanId };
  }
}
