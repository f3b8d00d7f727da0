import { History } from "lucide-react";
import { useSearchParams } from "react-router";

import { failureText } from "../../data/failures.js";
import { type FragmentOf, graphql, type ResultOf } from "../../data/graphql.js";
import { useReloadOn } from "../../data/signals.js";
import { usePages } from "../../data/use-pages.js";
import { type Column, DataTable } from "../../ui/data-table.js";
import { EmptyState } from "../../ui/empty-state.js";
import { ErrorState } from "../../ui/error-state.js";
import { Moment } from "../../ui/moment.js";
import { Page, Panel } from "../../ui/page.js";
import { SearchInput } from "../../ui/search-input.js";
import { Skeleton } from "../../ui/skeleton.js";
import { TextLink } from "../../ui/text-link.js";

const EventRowFragment = graphql(`
  fragment EventRow on Event {
    id
    type
    summary
    occurredAt
    actor {
      kind
      name
    }
    agent {
      id
      name
    }
  }
`);

const EventsQuery = graphql(
  `
    query Events($first: Int!, $after: String, $filter: EventFilter) {
      events(first: $first, after: $after, filter: $filter) {
        nodes {
          ...EventRow
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [EventRowFragment],
);

const selectEvents = (data: ResultOf<typeof EventsQuery>) => data.events;

type EventRow = FragmentOf<typeof EventRowFragment>;

const KINDS = { OPERATOR: "", API_TOKEN: "token ", AGENT: "agent ", SYSTEM: "the server" } as const;

/** Everything that happened, newest first. */
export function HistoryPage() {
  const [params, setParams] = useSearchParams();
  const type = params.get("type") ?? "";
  const agent = params.get("agent") ?? "";
  const filter = { ...(type && { type: { contains: type } }), ...(agent && { agent: { eq: agent } }) };
  const list = usePages({
    query: EventsQuery,
    variables: { first: 100, filter },
    select: selectEvents,
  });
  useReloadOn(["agents", "updates", "scans"], list.reload);
  const search = (text: string) =>
    setParams(
      (now) => {
        if (text) now.set("type", text);
        else now.delete("type");
        return now;
      },
      { replace: true },
    );
  return (
    <Page
      title="History"
      subtitle="Every change, by people, scripts, agents and the server itself. Nothing here can be edited."
    >
      <Panel>
        <div
          role="search"
          aria-label="Filter the history"
          className="flex flex-wrap items-center gap-2 border-b border-line p-2 sm:px-4"
        >
          <SearchInput label="Type of event" value={type} onChange={search} />
          {agent && (
            <TextLink to="/history" className="text-sm text-accent">
              One agent only: show all
            </TextLink>
          )}
        </div>
        {list.error && list.rows.length === 0 ? (
          <ErrorState message={failureText(list.error)} onRetry={list.reload} />
        ) : !list.first ? (
          <Skeleton rows={8} />
        ) : list.rows.length === 0 ? (
          <EmptyState
            icon={History}
            title={type || agent ? "Nothing matches the filter" : "Nothing has happened yet"}
          />
        ) : (
          <DataTable
            label="Events"
            rows={list.rows}
            idOf={(row) => row.id}
            columns={COLUMNS}
            card={(row) => <EventCard row={row} />}
            total={list.hasMore ? -1 : list.rows.length}
            onEnd={list.hasMore ? list.more : undefined}
          />
        )}
      </Panel>
    </Page>
  );
}

const actorName = ({ actor }: EventRow): string => `${KINDS[actor.kind]}${actor.name ?? ""}`;

function AgentName({ row }: { readonly row: EventRow }) {
  if (!row.agent) return null;
  return (
    <TextLink to={`/agents/${row.agent.id}`} className="block truncate font-normal">
      {row.agent.name}
    </TextLink>
  );
}

const COLUMNS: readonly Column<EventRow>[] = [
  {
    id: "at",
    header: "When",
    width: "6rem",
    cell: (row) => (
      <span className="text-muted">
        <Moment at={row.occurredAt} />
      </span>
    ),
  },
  { id: "summary", header: "What", width: "minmax(12rem,3fr)", cell: (row) => <p>{row.summary}</p> },
  { id: "agent", header: "Agent", width: "minmax(6rem,1fr)", cell: (row) => <AgentName row={row} /> },
  {
    id: "actor",
    header: "Who",
    width: "minmax(6rem,1fr)",
    cell: (row) => <span className="block truncate text-muted">{actorName(row)}</span>,
  },
  {
    id: "type",
    header: "Type",
    width: "minmax(12rem,1fr)",
    cell: (row) => <span className="block truncate font-mono text-xs text-muted">{row.type}</span>,
  },
];

function EventCard({ row }: { readonly row: EventRow }) {
  return (
    <div className="space-y-1">
      <p>{row.summary}</p>
      <p className="flex flex-wrap gap-x-2 text-xs text-muted">
        <Moment at={row.occurredAt} />
        <AgentName row={row} />
        {(row.actor.kind !== "AGENT" || !row.agent) && <span>{actorName(row)}</span>}
        <span className="font-mono">{row.type}</span>
      </p>
    </div>
  );
}
