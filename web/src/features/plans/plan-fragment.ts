import { type FragmentOf, graphql } from "../../data/graphql.js";

/** Everything that the preview of a plan shows. */
export const PlanFragment = graphql(`
  fragment PlanDetails on Plan {
    id
    source
    state
    digest
    downloadBytes
    diskBytes
    restartsServices
    requiresReboot
    restartReasons
    reversibility {
      level
      reasons
    }
    requestedBy
    requestedAt
    resolvedAt
    expiresAt
    agent {
      id
      name
      state
      canInstall
      cannotInstallReason
    }
    updates {
      id
      name
      architecture
      candidateVersion
      state
      isHeld
      keptBackReason
    }
    items {
      name
      architecture
      fromVersion
      toVersion
      isDowngrade
      origin
      downloadBytes
    }
    alsoInstalls {
      name
      architecture
      fromVersion
      toVersion
      isDowngrade
      origin
      downloadBytes
    }
    alsoRemoves {
      name
      architecture
      fromVersion
      toVersion
      isDowngrade
      origin
      downloadBytes
    }
    alsoKept {
      name
      architecture
      installedVersion
      candidateVersion
      reason
    }
    blockers {
      code
      message
    }
    failure {
      code
      message
    }
    planCommand {
      id
      state
      waitingReason
    }
    installCommand {
      id
      state
    }
  }
`);

/** One plan in full. */
export type Plan = FragmentOf<typeof PlanFragment>;
