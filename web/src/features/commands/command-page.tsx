import { SearchX } from "lucide-react";
import { useParams } from "react-router";

import { graphql } from "../../data/graphql.js";
import { loadState } from "../../data/load-state.js";
import { useReloadOn } from "../../data/signals.js";
import { useLive } from "../../data/use-live.js";
import { useKeptQuery } from "../../data/use-kept-query.js";
import { EmptyState } from "../../ui/empty-state.js";
import { ErrorState } from "../../ui/error-state.js";
import { LogView } from "../../ui/log-view.js";
import { Page, Panel } from "../../ui/page.js";
import { Skeleton } from "../../ui/skeleton.js";
import { TextLink } from "../../ui/text-link.js";
import { CancelButton } from "./cancel-button.js";
import { CommandStateBadge } from "./command-badges.js";
import { type Command, CommandFragment } from "./command-fragment.js";
import { COMMAND_TYPES, isActive, movesPackages } from "./command-words.js";
import { ItemTable } from "./item-table.js";
import { RollBackButton } from "./roll-back-button.js";
import { RunStatus } from "./run-status.js";
import { useOutput } from "./use-output.js";

const CommandQuery = graphql(
  `
    query Command($id: ID!) {
      command(id: $id) {
        ...CommandDetails
      }
    }
  `,
  [CommandFragment],
);

const CommandProgressed = graphql(
  `
    subscription CommandProgressed($id: ID!, $after: String) {
      commandProgressed(id: $id, after: $after) {
        sequence
        command {
          ...CommandDetails
        }
        lines {
          sequence
          text
        }
      }
    }
  `,
  [CommandFragment],
);

/** One command, live: where it stands, each package, its output, and the proof at the end. */
export function CommandPage() {
  const { id = "" } = useParams();
  return <CommandView key={id} id={id} />;
}

function CommandView({ id }: { readonly id: string }) {
  const [result, reload] = useKeptQuery({
    query: CommandQuery,
    variables: { id },
    requestPolicy: "cache-and-network",
  });
  const again = () => reload({ requestPolicy: "network-only" });
  const output = useOutput(id);
  const command = result.data?.command;
  useLive({
    subscription: CommandProgressed,
    variables: { id, ...(output.loadedUpTo && { after: String(output.loadedUpTo) }) },
    pause: output.loadedUpTo === null || !command,
    onEvent: ({ commandProgressed }) => output.add(commandProgressed.lines),
  });
  useReloadOn(["updates", "scans"], again);
  const state = loadState(result);
  if (state.is === "failed") return <ErrorState message={state.message} onRetry={again} />;
  if (state.is === "loading") return <Skeleton rows={10} />;
  if (!command) {
    return (
      <Page title="No such command">
        <EmptyState icon={SearchX} title="No command has this id" />
      </Page>
    );
  }
  return (
    <Page
      title={`${COMMAND_TYPES[command.type].label} on ${command.agent.name}`}
      aside={<CommandStateBadge state={command.state} />}
      subtitle={<Origin command={command} />}
      actions={
        <>
          <CancelButton command={command} />
          <RollBackButton command={command} />
        </>
      }
    >
      <RunStatus command={command} />
      {(movesPackages(command.type) || command.items.length > 0) && (
        <Panel title="Packages">
          <ItemTable command={command} />
        </Panel>
      )}
      <Panel title="Output">
        {output.lines.length > 0 ? (
          <LogView label="Output" lines={output.lines} isGrowing={isActive(command.state)} />
        ) : (
          <p className="p-4 text-sm text-muted">
            {isActive(command.state) ? "Nothing was printed yet." : "Nothing was printed."}
          </p>
        )}
      </Panel>
    </Page>
  );
}

function Origin({ command }: { readonly command: Command }) {
  return (
    <span className="flex flex-wrap gap-x-3">
      <span>{`${command.source}, started by ${command.requestedBy}`}</span>
      <TextLink to={`/agents/${command.agent.id}`}>Agent</TextLink>
      {command.rollsBack && <TextLink to={`/commands/${command.rollsBack.id}`}>The install</TextLink>}
      {command.plan && <TextLink to={`/plans?ids=${command.plan.id}`}>Plan</TextLink>}
      <TextLink to={`/updates?agent=${command.agent.id}`}>Updates of this agent</TextLink>
    </span>
  );
}
