import { Archive, PencilLine, ScanSearch } from "lucide-react";
import { useState } from "react";
import { useParams, useSearchParams } from "react-router";

import { type FragmentOf, graphql } from "../../data/graphql.js";
import { loadState } from "../../data/load-state.js";
import { useReloadOn } from "../../data/signals.js";
import { useBlocked } from "../../data/viewer.js";
import { useKeptQuery } from "../../data/use-kept-query.js";
import { Button } from "../../ui/button.js";
import { EmptyState } from "../../ui/empty-state.js";
import { ErrorState } from "../../ui/error-state.js";
import { Page, Panel } from "../../ui/page.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Tabs } from "../../ui/tabs.js";
import { TextLink } from "../../ui/text-link.js";
import { AgentStateBadge, RebootBadge, UpdateCountsMark } from "./agent-badges.js";
import { AgentCommands } from "./agent-commands.js";
import { AgentFacts, AgentFactsFragment } from "./agent-facts.js";
import { AgentNotices } from "./agent-notices.js";
import { AgentUpdates } from "./agent-updates.js";
import { CoverageTable } from "./coverage-table.js";
import { PendingRestarts, PendingRestartsFragment } from "./pending-restarts.js";
import { RenameDialog } from "./rename-dialog.js";
import { RetireDialog } from "./retire-dialog.js";
import { useScanNow } from "./scan-now.js";
import { ScanRemarks, ScanRemarksFragment } from "./scan-remarks.js";

const AgentQuery = graphql(
  `
    query Agent($id: ID!) {
      agent(id: $id) {
        ...AgentFacts
        ...ScanRemarks
        ...PendingRestarts
      }
    }
  `,
  [AgentFactsFragment, ScanRemarksFragment, PendingRestartsFragment],
);

/** One agent: its facts, what is known about it, its updates and its commands. */
export function AgentPage() {
  const { id = "" } = useParams();
  const [result, reload] = useKeptQuery({
    query: AgentQuery,
    variables: { id },
    requestPolicy: "cache-and-network",
  });
  const again = () => reload({ requestPolicy: "network-only" });
  useReloadOn(["agents", "updates", "scans"], again);
  const state = loadState(result);
  const agent = result.data?.agent;
  if (state.is === "failed") return <ErrorState message={state.message} onRetry={again} />;
  if (state.is === "loading") return <Skeleton rows={10} />;
  if (!agent) {
    return (
      <Page title="No such agent">
        <EmptyState icon={Archive} title="No agent has this id">
          <p>It may have been mistyped.</p>
        </EmptyState>
      </Page>
    );
  }
  return <AgentBody key={agent.id} agent={agent} />;
}

type Agent = FragmentOf<typeof AgentFactsFragment> &
  FragmentOf<typeof ScanRemarksFragment> &
  FragmentOf<typeof PendingRestartsFragment>;

function AgentBody({ agent }: { readonly agent: Agent }) {
  const [params, setParams] = useSearchParams();
  const [dialog, setDialog] = useState<"rename" | "retire" | null>(null);
  const scan = useScanNow(agent);
  const noManage = useBlocked("AGENTS_MANAGE");
  const noPlan = useBlocked("UPDATES_PLAN");
  const retired = agent.state === "RETIRED" && "The agent is retired.";
  return (
    <Page
      title={agent.name}
      aside={
        <>
          <AgentStateBadge state={agent.state} />
          <RebootBadge requiresReboot={agent.requiresReboot} />
        </>
      }
      subtitle={<UpdateCountsMark agent={agent} />}
      actions={
        <>
          <Button
            icon={ScanSearch}
            blocked={noPlan ?? retired}
            busy={scan.busy === "all"}
            onClick={() => scan.start()}
          >
            Scan now
          </Button>
          <Button icon={PencilLine} blocked={noManage} onClick={() => setDialog("rename")}>
            Rename
          </Button>
          <Button icon={Archive} blocked={noManage ?? retired} onClick={() => setDialog("retire")}>
            Retire
          </Button>
        </>
      }
    >
      <AgentNotices agent={agent} />
      <PendingRestarts agent={agent} />
      <Panel title="Coverage">
        <CoverageTable agent={agent} scan={scan} blocked={noPlan ?? (retired || undefined)} />
      </Panel>
      <ScanRemarks agent={agent} />
      <Panel
        title="Facts"
        actions={
          <TextLink to={`/history?agent=${agent.id}`} className="text-xs text-muted">
            History of this agent
          </TextLink>
        }
      >
        <AgentFacts agent={agent} />
      </Panel>
      <Tabs
        label="What belongs to this agent"
        value={params.get("tab") === "commands" ? "commands" : "updates"}
        onChange={(tab) => setParams(tab === "commands" ? { tab } : {}, { replace: true })}
        tabs={[
          { id: "updates", label: "Updates", content: <AgentUpdates id={agent.id} /> },
          { id: "commands", label: "Commands", content: <AgentCommands id={agent.id} /> },
        ]}
      />
      {dialog === "rename" && <RenameDialog agent={agent} onClose={() => setDialog(null)} />}
      {dialog === "retire" && <RetireDialog agent={agent} onClose={() => setDialog(null)} />}
    </Page>
  );
}
