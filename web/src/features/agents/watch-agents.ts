import { graphql } from "../../data/graphql.js";
import { emitSignal } from "../../data/signals.js";
import { useLive } from "../../data/use-live.js";
import { AgentRowFragment } from "./agent-row.js";

const AgentChanged = graphql(
  `
    subscription AgentChanged($after: String) {
      agentChanged(after: $after) {
        sequence
        agent {
          ...AgentRow
        }
      }
    }
  `,
  [AgentRowFragment],
);

/** Keeps every shown agent current. */
export function useWatchAgents(): void {
  useLive({ subscription: AgentChanged, variables: {}, onEvent: () => emitSignal("agents") });
}
