import { RotateCw, ShieldAlert, TriangleAlert } from "lucide-react";

import { Badge } from "../../ui/badge.js";
import { formatDuration } from "../../ui/format.js";
import type { AgentRow } from "./agent-row.js";
import { AGENT_STATES, type AgentState, COVERAGE_STATES, isUnknown } from "./agent-words.js";

/** Whether the agent can be reached. */
export function AgentStateBadge({ state }: { readonly state: AgentState }) {
  const { label, tone, icon } = AGENT_STATES[state];
  return (
    <Badge tone={tone} icon={icon}>
      {label}
    </Badge>
  );
}

type CoverageRow = AgentRow["coverage"][number];

/** How much is known about one source. */
export function CoverageChip({ coverage }: { readonly coverage: CoverageRow }) {
  const { label, tone, icon } = COVERAGE_STATES[coverage.state];
  const age = coverage.ageSeconds === null ? "" : ` · ${formatDuration(coverage.ageSeconds)}`;
  return (
    <Badge tone={tone} icon={icon} title={coverage.reason ?? undefined}>
      {`${coverage.source} ${label}${coverage.state === "UNSUPPORTED" ? "" : age}`}
    </Badge>
  );
}

/** All sources of one agent; says so when none is known. */
export function CoverageChips({ coverage }: { readonly coverage: readonly CoverageRow[] }) {
  if (coverage.length === 0) {
    return (
      <Badge tone="warn" icon={TriangleAlert}>
        no source reported
      </Badge>
    );
  }
  return (
    <span className="flex flex-wrap gap-1">
      {coverage.map((each) => (
        <CoverageChip key={each.source} coverage={each} />
      ))}
    </span>
  );
}

/** The open updates, counted. A zero is only green when everything is known, and never a number when nothing is. */
export function UpdateCountsMark({ agent }: { readonly agent: AgentRow }) {
  const { total, security, restartNeeded } = agent.updateCounts;
  const unknown = isUnknown(agent.coverage);
  const isUpToDate = total === 0 && !unknown && agent.state === "ONLINE";
  const counted =
    total === 0 && unknown ? "No updates known" : `${total.toLocaleString("en")}${unknown ? "+" : ""} in all`;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-0.5">
      {security > 0 && (
        <span className="inline-flex items-center gap-1 font-medium whitespace-nowrap text-bad">
          <ShieldAlert aria-hidden className="size-4" />
          {`${security.toLocaleString("en")} security`}
        </span>
      )}
      <span className={isUpToDate ? "whitespace-nowrap text-good" : "whitespace-nowrap"}>
        {isUpToDate ? "Up to date" : counted}
      </span>
      {restartNeeded > 0 && (
        <span className="inline-flex items-center gap-1 whitespace-nowrap text-warn">
          <RotateCw aria-hidden className="size-3.5" />
          {`${restartNeeded.toLocaleString("en")} ${restartNeeded === 1 ? "waits" : "wait"} for a restart`}
        </span>
      )}
      {unknown && agent.state !== "RETIRED" && (
        <span className="inline-flex items-center gap-1 whitespace-nowrap text-warn">
          <TriangleAlert aria-hidden className="size-3.5" />
          may be more
        </span>
      )}
    </span>
  );
}

/** Shown while the machine waits for a reboot. */
export function RebootBadge({ requiresReboot }: { readonly requiresReboot: boolean | null }) {
  if (requiresReboot !== true) return null;
  return (
    <Badge tone="warn" icon={RotateCw}>
      Reboot needed
    </Badge>
  );
}
