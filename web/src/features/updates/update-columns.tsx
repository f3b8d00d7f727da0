import type { Column } from "../../ui/data-table.js";
import { Moment } from "../../ui/moment.js";
import { TextLink } from "../../ui/text-link.js";
import { KindMark, SeverityMark, UpdateStateBadge, VersionChange } from "./update-badges.js";
import { UpdateName } from "./update-card.js";
import type { UpdateRow } from "./update-row.js";

/** The columns of a list of updates; the agent's is left out on the agent's own page. */
export function updateColumns(
  onOpen: (id: string) => void,
  showAgent: boolean,
): readonly Column<UpdateRow>[] {
  const all: readonly (Column<UpdateRow> | false)[] = [
    {
      id: "name",
      header: "Package",
      width: "minmax(8rem,1.6fr)",
      cell: (row) => <UpdateName row={row} onOpen={onOpen} />,
    },
    showAgent && {
      id: "agent",
      header: "Agent",
      width: "minmax(6rem,1fr)",
      cell: (row) => (
        <TextLink to={`/agents/${row.agent.id}`} className="block truncate font-normal">
          {row.agent.name}
        </TextLink>
      ),
    },
    {
      id: "versions",
      header: "Installed → candidate",
      width: "minmax(10rem,2.2fr)",
      cell: (row) => <VersionChange from={row.installedVersion} to={row.candidateVersion} />,
    },
    {
      id: "severity",
      header: "Severity",
      width: "6.25rem",
      cell: (row) => <SeverityMark severity={row.severity} />,
    },
    { id: "kind", header: "Kind", width: "7.5rem", cell: (row) => <KindMark kind={row.kind} /> },
    {
      id: "state",
      header: "State",
      width: "minmax(7rem,0.9fr)",
      cell: (row) => <UpdateStateBadge update={row} />,
    },
    {
      id: "source",
      header: "Source",
      width: "4rem",
      cell: (row) => <span className="text-muted">{row.source}</span>,
    },
    {
      id: "discovered",
      header: "Found",
      width: "5.5rem",
      cell: (row) => (
        <span className="text-muted">
          <Moment at={row.discoveredAt} />
        </span>
      ),
    },
  ];
  return all.filter((column) => column !== false);
}
