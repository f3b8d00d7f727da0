import { MonitorCog, RotateCw, UserRound } from "lucide-react";

import { type FragmentOf, graphql } from "../../data/graphql.js";
import { Badge } from "../../ui/badge.js";
import { Panel } from "../../ui/page.js";

/** What must restart on a machine before installed versions are in use. */
export const PendingRestartsFragment = graphql(`
  fragment PendingRestarts on Agent {
    pendingRestarts {
      source
      kind
      name
      packages
      reason
    }
  }
`);

type Restart = NonNullable<FragmentOf<typeof PendingRestartsFragment>["pendingRestarts"]>[number];

const KINDS = {
  SERVICE: { label: "Service", icon: RotateCw },
  SESSION: { label: "Session", icon: UserRound },
  SYSTEM: { label: "Machine", icon: MonitorCog },
} as const;

const kindOf = (kind: Restart["kind"]) =>
  kind === "SESSION" || kind === "SYSTEM" ? KINDS[kind] : KINDS.SERVICE;

/** What must restart and why; nothing while nothing must, or nobody knows. */
export function PendingRestarts({ agent }: { readonly agent: FragmentOf<typeof PendingRestartsFragment> }) {
  const restarts = agent.pendingRestarts ?? [];
  if (restarts.length === 0) return null;
  return (
    <Panel title={`Waits for a restart (${restarts.length})`}>
      <p className="px-4 py-2 text-sm text-muted">
        New versions are installed, and these still run what was there before. Restart them on the machine;
        the next scan notices.
      </p>
      <RestartList restarts={restarts} />
    </Panel>
  );
}

/** Restarts by unit, with the cause of each. */
function RestartList({ restarts }: { readonly restarts: readonly Restart[] }) {
  return (
    <ul aria-label="Waits for a restart" className="divide-y divide-line border-t border-line">
      {restarts.map(({ source, kind, name, reason }) => {
        const { label, icon } = kindOf(kind);
        return (
          <li
            key={`${source} ${kind} ${name}`}
            className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-2 text-sm"
          >
            <Badge tone="warn" icon={icon}>
              {label}
            </Badge>
            <span className="font-mono text-xs break-all">{name}</span>
            <span className="min-w-48 flex-1 break-words">{reason}</span>
          </li>
        );
      })}
    </ul>
  );
}
