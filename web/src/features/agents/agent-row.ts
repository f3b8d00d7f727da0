import { type FragmentOf, graphql } from "../../data/graphql.js";

/** What a row in the list of agents shows, and what an agent's event carries. */
export const AgentRowFragment = graphql(`
  fragment AgentRow on Agent {
    id
    name
    hostname
    state
    osName
    lastSeenAt
    canInstall
    cannotInstallReason
    requiresReboot
    version
    coverage {
      source
      state
      reason
      completedAt
      attemptedAt
      ageSeconds
      indexAgeSeconds
    }
    updateCounts {
      total
      security
      critical
      high
      held
      restartNeeded
      unknownAgents
    }
  }
`);

/** One row. */
export type AgentRow = FragmentOf<typeof AgentRowFragment>;
