import { PackageCheck, SearchX, TriangleAlert } from "lucide-react";
import { useMemo, useState } from "react";

import { failureText } from "../../data/failures.js";
import { DataTable } from "../../ui/data-table.js";
import { EmptyState } from "../../ui/empty-state.js";
import { ErrorState } from "../../ui/error-state.js";
import { formatCount } from "../../ui/format.js";
import { keepShown, NO_SELECTION, toggleAll, toggleRow } from "../../ui/selection.js";
import { Skeleton } from "../../ui/skeleton.js";
import { BulkBar } from "./bulk-bar.js";
import { UpdateCard } from "./update-card.js";
import { updateColumns } from "./update-columns.js";
import { UpdateDetails } from "./update-details.js";
import { nameOfUpdate, type UpdateRow } from "./update-row.js";

interface UpdateListProps {
  readonly list: {
    readonly rows: readonly UpdateRow[];
    readonly first: { readonly totalCount: number; readonly unknownAgents: number } | null;
    readonly isLoading: boolean;
    readonly hasMore: boolean;
    readonly error: Parameters<typeof failureText>[0] | undefined;
    readonly more: () => void;
    readonly reload: () => void;
  };
  readonly isNarrowed: boolean;
  readonly showAgent: boolean;
}

/** Updates with their selection, what can be done with it, and the details of one. */
export function UpdateList({ list, isNarrowed, showAgent }: UpdateListProps) {
  const { rows, first } = list;
  const [chosen, setChosen] = useState(NO_SELECTION);
  const [openId, setOpenId] = useState<string | null>(null);
  const order = useMemo(() => rows.map((row) => row.id), [rows]);
  const columns = useMemo(() => updateColumns(setOpenId, showAgent), [showAgent]);
  const selection = useMemo(() => keepShown(chosen, order), [chosen, order]);
  const nameOf = (id: string) => {
    const row = rows.find((each) => each.id === id);
    return row ? nameOfUpdate(row) : id;
  };
  if (list.error && rows.length === 0) {
    return <ErrorState message={failureText(list.error)} onRetry={list.reload} />;
  }
  if (!first) return <Skeleton rows={8} />;
  if (rows.length === 0)
    return <NoUpdates isNarrowed={isNarrowed} isOneAgent={!showAgent} unknownAgents={first.unknownAgents} />;
  return (
    <>
      <DataTable
        label="Updates"
        rows={rows}
        idOf={(row) => row.id}
        columns={columns}
        card={(row) => <UpdateCard row={row} onOpen={setOpenId} showAgent={showAgent} />}
        total={first.totalCount}
        onEnd={list.hasMore ? list.more : undefined}
        selection={{
          ids: selection.ids,
          nameOf: nameOfUpdate,
          onToggle: (id, isRange) => setChosen(toggleRow(selection, order, id, isRange)),
          onToggleAll: () => setChosen(toggleAll(selection, order)),
        }}
      />
      <p className="border-t border-line px-4 py-2 text-xs text-muted">
        {`${rows.length.toLocaleString("en")} of ${formatCount(first.totalCount, "update")} loaded`}
        {list.isLoading && " · loading…"}
      </p>
      <BulkBar ids={[...selection.ids]} nameOf={nameOf} onClear={() => setChosen(NO_SELECTION)} />
      {openId && <UpdateDetails id={openId} onClose={() => setOpenId(null)} />}
    </>
  );
}

interface NoUpdatesProps {
  readonly isNarrowed: boolean;
  readonly isOneAgent: boolean;
  readonly unknownAgents: number;
}

function NoUpdates({ isNarrowed, isOneAgent, unknownAgents }: NoUpdatesProps) {
  if (isNarrowed) {
    return (
      <EmptyState icon={SearchX} title="No update matches the filter">
        <p>Choose less, or clear the filter.</p>
      </EmptyState>
    );
  }
  if (unknownAgents > 0) {
    const who = isOneAgent ? "this agent" : formatCount(unknownAgents, "agent");
    return (
      <EmptyState icon={TriangleAlert} title="No updates are known">
        <p>{`That is not the same as up to date: ${who} could not be fully scanned.`}</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={PackageCheck} title="No open updates">
      <p>{`At the last scan nothing was pending on ${isOneAgent ? "this agent" : "any agent"}.`}</p>
    </EmptyState>
  );
}
