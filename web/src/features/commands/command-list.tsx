import { Activity } from "lucide-react";
import { useEffect } from "react";

import { failureText } from "../../data/failures.js";
import { useReloadOn } from "../../data/signals.js";
import { type Column, DataTable } from "../../ui/data-table.js";
import { EmptyState } from "../../ui/empty-state.js";
import { ErrorState } from "../../ui/error-state.js";
import { Moment } from "../../ui/moment.js";
import { Skeleton } from "../../ui/skeleton.js";
import { TextLink } from "../../ui/text-link.js";
import { CommandStateBadge, CommandTypeMark } from "./command-badges.js";
import type { CommandRow } from "./command-row.js";
import { isActive } from "./command-words.js";

interface CommandListProps {
  readonly list: {
    readonly rows: readonly CommandRow[];
    readonly first: { readonly totalCount: number } | null;
    readonly hasMore: boolean;
    readonly error: Parameters<typeof failureText>[0] | undefined;
    readonly more: () => void;
    readonly reload: () => void;
  };
  readonly isNarrowed: boolean;
  readonly showAgent: boolean;
}

const AGAIN_MILLISECONDS = 5_000;

/** Commands, newest first. While one of them is under way the list looks again every five seconds. */
export function CommandList({ list, isNarrowed, showAgent }: CommandListProps) {
  useReloadOn(["agents", "updates", "scans"], list.reload);
  const { rows, reload } = list;
  const anyActive = rows.some((row) => isActive(row.state));
  useEffect(() => {
    if (!anyActive) return undefined;
    const timer = setInterval(reload, AGAIN_MILLISECONDS);
    return () => clearInterval(timer);
  }, [anyActive, reload]);
  if (list.error && rows.length === 0)
    return <ErrorState message={failureText(list.error)} onRetry={reload} />;
  if (!list.first) return <Skeleton rows={8} />;
  if (rows.length === 0) {
    return (
      <EmptyState icon={Activity} title={isNarrowed ? "No command matches the filter" : "No commands yet"}>
        {!isNarrowed && <p>Scans, plans and installs that were asked of agents appear here.</p>}
      </EmptyState>
    );
  }
  return (
    <DataTable
      label="Commands"
      rows={rows}
      idOf={(row) => row.id}
      columns={showAgent ? COLUMNS : COLUMNS.filter(({ id }) => id !== "agent")}
      card={(row) => <CommandCard row={row} showAgent={showAgent} />}
      total={list.first.totalCount}
      onEnd={list.hasMore ? list.more : undefined}
    />
  );
}

const remark = (row: CommandRow): string =>
  row.failure ? `${row.failure.code}: ${row.failure.message}` : (row.waitingReason ?? "");

const COLUMNS: readonly Column<CommandRow>[] = [
  {
    id: "type",
    header: "Command",
    width: "minmax(8rem,0.8fr)",
    cell: (row) => (
      <TextLink to={`/commands/${row.id}`}>
        <CommandTypeMark type={row.type} source={row.source} />
      </TextLink>
    ),
  },
  {
    id: "agent",
    header: "Agent",
    width: "minmax(6rem,1fr)",
    cell: (row) => (
      <TextLink to={`/agents/${row.agent.id}`} className="block truncate font-normal">
        {row.agent.name}
      </TextLink>
    ),
  },
  { id: "state", header: "State", width: "9rem", cell: (row) => <CommandStateBadge state={row.state} /> },
  {
    id: "remark",
    header: "Remark",
    width: "minmax(8rem,2fr)",
    cell: (row) => <p className="line-clamp-2 text-xs text-muted">{remark(row)}</p>,
  },
  {
    id: "by",
    header: "Started by",
    width: "minmax(5rem,0.7fr)",
    cell: (row) => <span className="block truncate text-muted">{row.requestedBy}</span>,
  },
  {
    id: "at",
    header: "When",
    width: "6rem",
    cell: (row) => (
      <span className="text-muted">
        <Moment at={row.requestedAt} />
      </span>
    ),
  },
];

function CommandCard({ row, showAgent }: { readonly row: CommandRow; readonly showAgent: boolean }) {
  return (
    <div className="space-y-1">
      <div className="flex items-start justify-between gap-2">
        <TextLink to={`/commands/${row.id}`}>
          <CommandTypeMark type={row.type} source={row.source} />
        </TextLink>
        <CommandStateBadge state={row.state} />
      </div>
      {remark(row) && <p className="line-clamp-2 text-xs text-muted">{remark(row)}</p>}
      <p className="text-xs text-muted">
        {showAgent && `${row.agent.name} · `}
        {`${row.requestedBy} · `}
        <Moment at={row.requestedAt} />
      </p>
    </div>
  );
}
