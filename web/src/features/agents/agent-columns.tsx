import type { Column } from "../../ui/data-table.js";
import { Moment } from "../../ui/moment.js";
import { TextLink } from "../../ui/text-link.js";
import { AgentStateBadge, CoverageChips, RebootBadge, UpdateCountsMark } from "./agent-badges.js";
import type { AgentRow } from "./agent-row.js";

function AgentName({ agent }: { readonly agent: AgentRow }) {
  return (
    <div className="min-w-0">
      <TextLink to={`/agents/${agent.id}`} className="block truncate">
        {agent.name}
      </TextLink>
      <p className="truncate text-xs text-muted">{agent.osName ?? "system not reported"}</p>
    </div>
  );
}

/** The columns of the list of agents. */
export const AGENT_COLUMNS: readonly Column<AgentRow>[] = [
  { id: "name", header: "Agent", width: "minmax(10rem,1.6fr)", cell: (agent) => <AgentName agent={agent} /> },
  {
    id: "state",
    header: "State",
    width: "minmax(6.5rem,0.7fr)",
    cell: (agent) => (
      <span className="flex flex-wrap gap-1">
        <AgentStateBadge state={agent.state} />
        <RebootBadge requiresReboot={agent.requiresReboot} />
      </span>
    ),
  },
  {
    id: "coverage",
    header: "Coverage",
    width: "minmax(9rem,1.4fr)",
    cell: (agent) => <CoverageChips coverage={agent.coverage} />,
  },
  {
    id: "updates",
    header: "Open updates",
    width: "minmax(9rem,1.2fr)",
    cell: (agent) => <UpdateCountsMark agent={agent} />,
  },
  {
    id: "seen",
    header: "Last seen",
    width: "6rem",
    cell: (agent) => (
      <span className="text-muted">
        <Moment at={agent.lastSeenAt} />
      </span>
    ),
  },
];

/** An agent as a card for narrow windows. */
export function AgentCard({ agent }: { readonly agent: AgentRow }) {
  return (
    <div className="space-y-2">
      <div className="flex items-start justify-between gap-2">
        <AgentName agent={agent} />
        <AgentStateBadge state={agent.state} />
      </div>
      <UpdateCountsMark agent={agent} />
      <div className="flex flex-wrap items-center gap-1">
        <CoverageChips coverage={agent.coverage} />
        <RebootBadge requiresReboot={agent.requiresReboot} />
      </div>
      <p className="text-xs text-muted">
        seen <Moment at={agent.lastSeenAt} />
      </p>
    </div>
  );
}
