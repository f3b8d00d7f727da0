import { formatDuration } from "../../ui/format.js";
import { Button } from "../../ui/button.js";
import { Moment } from "../../ui/moment.js";
import { CoverageChip } from "./agent-badges.js";
import type { AgentRow } from "./agent-row.js";
import type { ScanNow } from "./scan-now.js";

interface CoverageTableProps {
  readonly agent: AgentRow;
  readonly scan: ScanNow;
  readonly blocked: string | undefined;
}

/** Per source: how much is known, how old it is, and why it is not better. */
export function CoverageTable({ agent, scan, blocked }: CoverageTableProps) {
  if (agent.coverage.length === 0) {
    return (
      <p className="p-4 text-sm text-muted">
        The agent has not told which sources it has. Nothing is known yet.
      </p>
    );
  }
  return (
    <ul className="divide-y divide-line">
      {agent.coverage.map((each) => (
        <li key={each.source} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5 text-sm">
          <div className="w-full sm:w-56">
            <CoverageChip coverage={each} />
          </div>
          <div className="min-w-48 flex-1">
            {each.reason && <p>{each.reason}</p>}
            <p className="text-xs text-muted">
              Last complete scan: <Moment at={each.completedAt} />
              {" · last attempt: "}
              <Moment at={each.attemptedAt} />
              {each.indexAgeSeconds !== null &&
                ` · package index ${formatDuration(each.indexAgeSeconds)} old at the scan`}
            </p>
          </div>
          {each.state !== "UNSUPPORTED" && (
            <Button
              size="sm"
              blocked={blocked}
              busy={scan.busy === each.source}
              aria-label={`Scan ${each.source} now`}
              onClick={() => scan.start(each.source)}
            >
              Scan now
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
