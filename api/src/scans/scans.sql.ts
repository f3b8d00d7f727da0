import type { Sql } from "../database/sql.js";
import type { OpenUpdate } from "./reconcile.js";
import type { ScanStatus } from "./scans.events.js";

/** What is known of one source of an agent before a report is judged. */
export interface KnownCoverage {
  readonly status: ScanStatus;
  readonly latestNumber: number;
  readonly latestScanId: string;
  /** The number of the newest report that says something about what it does not list; null: none did. */
  readonly decisiveNumber: number | null;
  readonly isSettled: boolean;
  /** When check-ins last confirmed the latest report. */
  readonly confirmedAt: Date | null;
}

/** Where a report goes: whether its agent is in service, and what its source is known to be. */
export interface ReportTarget {
  readonly isRetired: boolean;
  readonly coverage: KnownCoverage | null;
  /** The id of the scan that this very report became before; null: it is new. */
  readonly sameScanId: string | null;
}

/** Reads it; nothing when there is no such agent. Lock the agent's stream first. */
export async function findReportTarget(
  sql: Sql,
  agentId: string,
  source: string,
  scanNumber: number,
): Promise<ReportTarget | undefined> {
  type Row = KnownCoverage & { isRetired: boolean; sameScanId: string | null };
  const [row] = await sql.query<Row>(
    `select a.retired_at is not null as "isRetired", c.status, c.latest_number as "latestNumber",
       c.latest_scan_id as "latestScanId", c.decisive_number as "decisiveNumber",
       c.digest is not null as "isSettled", p.confirmed_at as "confirmedAt",
       (select id from scans where agent_id = a.id and source = $2 and scan_number = $3) as "sameScanId"
     from agents a
     left join coverage c on c.agent_id = a.id and c.source = $2
     left join source_presence p on p.agent_id = a.id and p.source = $2
     where a.id = $1`,
    [agentId, source, scanNumber],
    "scans.report-target",
  );
  if (!row) return undefined;
  const { isRetired, sameScanId, ...coverage } = row;
  return { isRetired, sameScanId, coverage: row.latestScanId === null ? null : coverage };
}

/** The open updates of one agent and source. */
export async function findOpenUpdates(sql: Sql, agentId: string, source: string): Promise<OpenUpdate[]> {
  return await sql.query<OpenUpdate>(
    `select id, key, installed_version as "installedVersion", candidate_version as "candidateVersion", state,
       facts_digest as "factsDigest", listed_number as "listedNumber", installed_at as "installedAt",
       verified_at as "verifiedAt"
     from updates where agent_id = $1 and source = $2 and is_open`,
    [agentId, source],
    "scans.open-updates",
  );
}
