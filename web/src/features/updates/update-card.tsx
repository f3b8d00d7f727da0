import { KindMark, SeverityMark, UpdateStateBadge, VersionChange } from "./update-badges.js";
import type { UpdateRow } from "./update-row.js";

interface UpdateNameProps {
  readonly row: UpdateRow;
  readonly onOpen: (id: string) => void;
}

/** The package's name, which opens everything known about the update. */
export function UpdateName({ row, onOpen }: UpdateNameProps) {
  return (
    <button
      type="button"
      onClick={() => onOpen(row.id)}
      title={row.name}
      className="block max-w-full min-w-0 truncate rounded-xs text-left font-medium hover:underline"
    >
      {row.name}
      {row.architecture && <span className="font-normal text-faint">:{row.architecture}</span>}
    </button>
  );
}

/** An update as a card for narrow windows. */
export function UpdateCard({ row, onOpen, showAgent }: UpdateNameProps & { readonly showAgent: boolean }) {
  return (
    <div className="space-y-1">
      <div className="flex items-start justify-between gap-2">
        <UpdateName row={row} onOpen={onOpen} />
        <UpdateStateBadge update={row} />
      </div>
      <VersionChange from={row.installedVersion} to={row.candidateVersion} />
      <div className="flex flex-wrap gap-x-3 gap-y-1 text-xs text-muted">
        <SeverityMark severity={row.severity} />
        <KindMark kind={row.kind} />
        <span>{row.source}</span>
        {showAgent && <span className="truncate">{row.agent.name}</span>}
      </div>
    </div>
  );
}
