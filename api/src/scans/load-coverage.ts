import { durationInWords } from "../duration-in-words.js";
import type { LoaderFactory } from "../schema/context.js";
import type { Coverage, CoverageState } from "./coverage.type.js";

interface CoverageRow {
  agentId: string;
  source: string;
  state: CoverageState;
  reason: string | null;
  latestScanId: string | null;
  completedAt: Date | null;
  attemptedAt: Date | null;
  ageSeconds: number | null;
  indexAgeSeconds: number | null;
}

/** The request's loader of what is known of each source of an agent, by name of the source. */
export const coverageOfAgent: LoaderFactory<string, readonly Coverage[]> = (context) => async (agentIds) => {
  const rows = await context.database.query<CoverageRow>(
    `select agent_id as "agentId", source, state, reason, latest_scan_id as "latestScanId",
       completed_at as "completedAt", attempted_at as "attemptedAt", age_seconds as "ageSeconds",
       index_age_seconds as "indexAgeSeconds"
     from source_coverage where agent_id = any($1) order by source`,
    [agentIds],
    "scans.coverage",
  );
  const byAgent = Map.groupBy(rows, ({ agentId }) => agentId);
  return agentIds.map((id) => (byAgent.get(id) ?? []).map(toCoverage));
};

function toCoverage(row: CoverageRow): Coverage {
  const { source, state, latestScanId, completedAt, attemptedAt, ageSeconds, indexAgeSeconds } = row;
  const reason = explain(row);
  return { source, state, reason, latestScanId, completedAt, attemptedAt, ageSeconds, indexAgeSeconds };
}

/** Why the state is not FRESH, for people. */
function explain(row: CoverageRow): string | null {
  switch (row.state) {
    case "FRESH":
      return null;
    case "NEVER":
      return "No scan has been reported yet.";
    case "STALE":
      return `The last complete scan is ${durationInWords(row.ageSeconds ?? 0)} old.`;
    case "UNSUPPORTED":
      return row.reason ?? `${row.source} does not exist on this machine.`;
    case "FAILED":
      return row.reason ?? "The last scan failed, and the agent did not say why.";
  }
}
