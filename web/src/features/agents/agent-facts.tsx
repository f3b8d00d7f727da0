import { type FragmentOf, graphql } from "../../data/graphql.js";
import { Facts } from "../../ui/facts.js";
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

const YES_NO = new Map([
  [true, "yes"],
  [false, "no"],
]);

/** What the agent told about its machine. */
export function AgentFacts({ agent }: { readonly agent: FragmentOf<typeof AgentFactsFragment> }) {
  return (
    <Facts
      facts={[
        ["Host name", agent.hostname],
        ["System", agent.osName],
        ["Architecture", agent.architecture],
        ["Agent version", agent.agentVersion],
        ["Can install", agent.canInstall === null ? null : YES_NO.get(agent.canInstall)],
        ["Waits for a reboot", agent.requiresReboot === null ? null : YES_NO.get(agent.requiresReboot)],
        ["Last seen", <Moment at={agent.lastSeenAt} />],
        ["Checks in every", formatDuration(agent.checkInIntervalSeconds)],
        ["Enrolled", <Moment at={agent.registeredAt} />],
        ["Retired", agent.retiredAt ? <Moment at={agent.retiredAt} /> : "no"],
        [
          "Machine fingerprint",
          agent.machineFingerprint && (
            <span title={agent.machineFingerprint} className="font-mono text-xs">
              {agent.machineFingerprint.slice(0, 16)}
            </span>
          ),
        ],
        ["Held updates", agent.updateCounts.held],
      ]}
    />
  );
}
