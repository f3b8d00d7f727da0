import { Plus, SearchX, Server } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { failureText } from "../../data/failures.js";
import { graphql, type ResultOf } from "../../data/graphql.js";
import { useReloadOn } from "../../data/signals.js";
import { usePages } from "../../data/use-pages.js";
import { useBlocked } from "../../data/viewer.js";
import { Button } from "../../ui/button.js";
import { DataTable } from "../../ui/data-table.js";
import { EmptyState } from "../../ui/empty-state.js";
import { ErrorState } from "../../ui/error-state.js";
import { FilterMenu } from "../../ui/filter-menu.js";
import { formatCount } from "../../ui/format.js";
import { Notice } from "../../ui/notice.js";
import { Page, Panel } from "../../ui/page.js";
import { SearchInput } from "../../ui/search-input.js";
import { Skeleton } from "../../ui/skeleton.js";
import { AGENT_COLUMNS, AgentCard } from "./agent-columns.js";
import { AgentRowFragment } from "./agent-row.js";
import { AGENT_STATES, type AgentState } from "./agent-words.js";
import { EnrolDialog } from "./enrol-dialog.js";

const AgentsQuery = graphql(
  `
    query Agents($first: Int!, $after: String, $filter: AgentFilter) {
      agents(first: $first, after: $after, filter: $filter) {
        nodes {
          ...AgentRow
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
        unknownAgents
      }
    }
  `,
  [AgentRowFragment],
);

const selectAgents = (data: ResultOf<typeof AgentsQuery>) => data.agents;

const STATES = (Object.keys(AGENT_STATES) as AgentState[]).map((value) => ({
  value,
  label: AGENT_STATES[value].label,
}));

/** All agents. */
export function AgentsPage() {
  const [params, setParams] = useSearchParams();
  const [isEnrolling, setEnrolling] = useState(false);
  const noTokens = useBlocked("TOKENS_MANAGE");
  const name = params.get("name") ?? "";
  const states = STATES.map(({ value }) => value).filter((state) =>
    params.get("state")?.split(",").includes(state),
  );
  const set = (key: string, value: string) =>
    setParams(
      (now) => {
        if (value) now.set(key, value);
        else now.delete(key);
        return now;
      },
      { replace: true },
    );
  const list = usePages({
    query: AgentsQuery,
    variables: {
      first: 100,
      filter: { ...(name && { name: { contains: name } }), ...(states.length > 0 && { states }) },
    },
    select: selectAgents,
  });
  useReloadOn(["agents", "updates", "scans"], list.reload);
  const isNarrowed = name !== "" || states.length > 0;
  const unknown = list.first?.unknownAgents ?? 0;
  const enrol = (
    <Button variant="primary" icon={Plus} blocked={noTokens} onClick={() => setEnrolling(true)}>
      Enrol an agent
    </Button>
  );
  return (
    <Page
      title="Agents"
      aside={
        list.first && <span className="text-sm text-muted">{list.first.totalCount.toLocaleString("en")}</span>
      }
      subtitle="Every managed machine, and how much is known about it."
      actions={enrol}
    >
      {unknown > 0 && (
        <Notice tone="warn" title={`${formatCount(unknown, "agent")} unknown`}>
          Their counts may be too low: a source is stale, failed, or was never scanned. Unknown is not up to
          date.
        </Notice>
      )}
      <Panel>
        <div
          role="search"
          aria-label="Filter agents"
          className="flex flex-wrap gap-2 border-b border-line p-2 sm:px-4"
        >
          <SearchInput label="Agent name" value={name} onChange={(text) => set("name", text)} />
          <FilterMenu
            label="State"
            options={STATES}
            chosen={states}
            onChange={(chosen) => set("state", chosen.join(","))}
          />
        </div>
        {list.error && list.rows.length === 0 ? (
          <ErrorState message={failureText(list.error)} onRetry={list.reload} />
        ) : !list.first ? (
          <Skeleton rows={8} />
        ) : list.rows.length === 0 ? (
          <NoAgents isNarrowed={isNarrowed}>{enrol}</NoAgents>
        ) : (
          <DataTable
            label="Agents"
            rows={list.rows}
            idOf={(row) => row.id}
            columns={AGENT_COLUMNS}
            card={(row) => <AgentCard agent={row} />}
            total={list.first.totalCount}
            onEnd={list.hasMore ? list.more : undefined}
          />
        )}
      </Panel>
      {isEnrolling && <EnrolDialog onClose={() => setEnrolling(false)} />}
    </Page>
  );
}

function NoAgents({
  isNarrowed,
  children,
}: {
  readonly isNarrowed: boolean;
  readonly children: React.ReactNode;
}) {
  if (isNarrowed) return <EmptyState icon={SearchX} title="No agent matches the filter" />;
  return (
    <EmptyState icon={Server} title="No agents yet">
      <p>Install the agent on a machine and enrol it with a token. It shows up here within seconds.</p>
      {children}
    </EmptyState>
  );
}
