import { type FragmentOf, graphql } from "../../data/graphql.js";
import { Fact, Facts } from "../../ui/facts.js";
import { formatDuration } from "../../ui/format.js";
import { Moment } from "../../ui/moment.js";
import { AgentRowFragment } from "./agent-row.js";

/** Everything about one agent but its updates and commands. */
export const AgentFactsFragment = graphql(
  `
    fragment AgentFacts on Agent {
      ...AgentRow
      osVersion
      architecture
      agentVersion
      machineFingerprint
      registeredAt
      retiredAt
      checkInIntervalSeconds
    }
  `,
  [AgentRowFragment],
);

/** What the agent told about its machine. */
export function AgentFacts({ agent }: { readonly agent: FragmentOf<typeof AgentFactsFragment> }) {
  return (
    <Facts>
      <Fact name="Host name">{agent.hostname}</Fact>
      <Fact name="System">{agent.osName}</Fact>
      <Fact name="Architecture">{agent.architecture}</Fact>
      <Fact name="Agent version">{agent.agentVersion}</Fact>
      <Fact name="Can install">{yesOrNo(agent.canInstall)}</Fact>
      <Fact name="Waits for a reboot">{yesOrNo(agent.requiresReboot)}</Fact>
      <Fact name="Last seen">
        <Moment at={agent.lastSeenAt} />
      </Fact>
      <Fact name="Checks in every">{formatDuration(agent.checkInIntervalSeconds)}</Fact>
      <Fact name="Enrolled">
        <Moment at={agent.registeredAt} />
      </Fact>
      <Fact name="Retired">
        <Moment at={agent.retiredAt} fallback="no" />
      </Fact>
      <Fact name="Machine fingerprint">
        {agent.machineFingerprint && (
          <span title={agent.machineFingerprint} className="font-mono text-xs">
            {agent.machineFingerprint.slice(0, 16)}
          </span>
        )}
      </Fact>
      <Fact name="Held updates">{agent.updateCounts.held}</Fact>
    </Facts>
  );
}

const yesOrNo = (is: boolean | null) => (is === null ? null : is ? "yes" : "no");
