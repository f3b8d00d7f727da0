import { uuidv7 } from "uuidv7";
import { actorOf, type AgentCaller } from "../access/caller.js";
import { agentStream } from "../agents/agent-stream.js";
import { retiredAgent } from "../agents/retired-agent.js";
import type { Database } from "../database/database.js";
import { inTransaction } from "../database/unit-of-work.js";
import type { EventLog } from "../events/append.js";
import { lockStreams } from "../events/lock-streams.js";
import { scanEvents } from "./project-scans.js";
import type { CheckedReport } from "./read-report.js";
import { reconcile, type Reconciliation } from "./reconcile.js";
import { findOpenUpdates, findReportTarget, type KnownCoverage } from "./scans.sql.js";

/** What recording works with. */
export interface RecordParts {
  readonly database: Database;
  readonly events: EventLog;
}

/**
 * Records an agent's report, once. Answers with the scan's plain uuid, or null when a newer report says more.
 *
 * - A report that was recorded before changes nothing, unless an install was waiting for its end then: the
 *   latest report is applied again when it can say more now.
 * - A late report counts as long as no newer one was complete (or UNSUPPORTED); per package the newest wins, so the order of
 *   arrival does not matter.
 *
 * Refuses retired agents.
 */
export async function recordScan(
  parts: RecordParts,
  agent: AgentCaller,
  report: CheckedReport,
): Promise<string | null> {
  return await inTransaction(parts.database, async (tx) => {
    const stream = agentStream(agent.id);
    await lockStreams(tx, [stream]);
    const target = await findReportTarget(tx, agent.id, report.source, report.scanNumber);
    if (!target || target.isRetired) throw retiredAgent();
    const { coverage, sameScanId } = target;
    if (sameScanId !== null && (coverage?.isSettled || coverage?.latestScanId !== sameScanId))
      return sameScanId;
    if (sameScanId === null && (coverage?.decisiveNumber ?? 0) > report.scanNumber) return null;
    const open = await findOpenUpdates(tx, agent.id, report.source);
    const reconciliation = reconcile(open, report, uuidv7);
    if (sameScanId !== null && saysNothingNew(reconciliation)) return sameScanId;
    const scanId = sameScanId ?? uuidv7();
    const event = recordedEvent(scanId, report, reconciliation, coverage);
    await parts.events.append(tx, stream, [event], actorOf(agent));
    return scanId;
  });
}

function saysNothingNew({ difference, isSettled }: Reconciliation): boolean {
  const { opened, changed, closed, restartNeeded, proved, contradicted } = difference;
  const changes = [opened, changed, closed, restartNeeded, proved, contradicted];
  return !isSettled && changes.every(({ length }) => length === 0);
}

function recordedEvent(
  scanId: string,
  report: CheckedReport,
  { difference, isSettled }: Reconciliation,
  coverage: KnownCoverage | null,
) {
  const replacesComplete = coverage?.status === "COMPLETE" && report.status !== "COMPLETE";
  return scanEvents.of("scan.recorded", {
    scanId,
    source: report.source,
    scanNumber: report.scanNumber,
    status: report.status,
    startedAt: report.startedAt.toISOString(),
    finishedAt: report.finishedAt.toISOString(),
    digest: report.digest,
    isSettled,
    confirmedAt: replacesComplete ? (coverage.confirmedAt?.toISOString() ?? null) : null,
    versionScheme: report.versionScheme,
    updateCount: report.items.length,
    indexAgeSeconds: report.indexAgeSeconds,
    warnings: [...report.warnings],
    failure: report.failure && { ...report.failure },
    pendingRestarts:
      report.pendingRestarts && report.pendingRestarts.map((one) => ({ ...one, keys: [...one.keys] })),
    commandId: report.commandId,
    difference,
  });
}
