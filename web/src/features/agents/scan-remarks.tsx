import { type FragmentOf, graphql } from "../../data/graphql.js";
import { Badge } from "../../ui/badge.js";
import { Panel } from "../../ui/page.js";

/** What the sources remarked in their latest scans. */
export const ScanRemarksFragment = graphql(`
  fragment ScanRemarks on Agent {
    remarks: coverage {
      source
      latestScan {
        id
        warnings {
          code
          message
          key
        }
      }
    }
  }
`);

/** So many are read at a glance; more are opened by whoever wants them. */
const AT_A_GLANCE = 5;

/** What makes no scan worse and should be known all the same: what is phased, kept back, half-configured or old. */
export function ScanRemarks({ agent }: { readonly agent: FragmentOf<typeof ScanRemarksFragment> }) {
  const remarks = agent.remarks.flatMap(({ source, latestScan }) =>
    (latestScan?.warnings ?? []).map((warning) => ({ source, ...warning })),
  );
  if (remarks.length === 0) return null;
  const rest = remarks.slice(AT_A_GLANCE);
  return (
    <Panel title={`Remarks of the latest scan (${remarks.length})`}>
      <RemarkList remarks={remarks.slice(0, AT_A_GLANCE)} />
      {rest.length > 0 && (
        <details>
          <summary className="cursor-pointer px-4 py-2 text-sm text-muted">{`${rest.length} more`}</summary>
          <RemarkList remarks={rest} />
        </details>
      )}
    </Panel>
  );
}

interface Remark {
  readonly source: string;
  readonly code: string;
  readonly message: string;
  readonly key: string | null;
}

function RemarkList({ remarks }: { readonly remarks: readonly Remark[] }) {
  return (
    <ul aria-label="Remarks" className="divide-y divide-line">
      {remarks.map(({ source, code, message, key }) => (
        <li
          key={`${source} ${code} ${key} ${message}`}
          className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-2 text-sm"
        >
          <Badge>{code}</Badge>
          <span className="min-w-48 flex-1 break-words">{message}</span>
          <span className="text-xs text-muted">{key === null ? source : `${source}, ${key}`}</span>
        </li>
      ))}
    </ul>
  );
}
