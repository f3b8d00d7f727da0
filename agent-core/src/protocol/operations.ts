import type { ResultOf, VariablesOf } from "gql.tada";
import { graphql } from "./graphql.js";

/** Enrols this machine; the registration token in the input is the proof. */
export const REGISTER_AGENT = graphql(`
  mutation RegisterAgent($input: RegisterAgentInput!) {
    registerAgent(input: $input) {
      agent {
        id
        name
      }
      credentials {
        accessToken
        accessTokenExpiresAt
        refreshToken
        refreshTokenExpiresAt
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

/** Replaces the tokens; the refresh token in the input is the proof. */
export const RENEW_AGENT = graphql(`
  mutation RenewAgent($input: RenewAgentInput!) {
    renewAgent(input: $input) {
      credentials {
        accessToken
        accessTokenExpiresAt
        refreshToken
        refreshTokenExpiresAt
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

/** The sign of life. */
export const CHECK_IN = graphql(`
  mutation CheckIn($input: CheckInInput!) {
    checkIn(input: $input) {
      wantedSources
      intervalSeconds
      hasCommands
      cancelledCommands
      currentAt
      errors {
        code
        message
        path
      }
    }
  }
`);

/** Hands over one source's scan. */
export const REPORT_SCAN = graphql(`
  mutation ReportScan($input: ReportScanInput!) {
    reportScan(input: $input) {
      scan {
        id
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

/** Takes commands into hand. */
export const CLAIM_COMMANDS = graphql(`
  mutation ClaimCommands($input: ClaimCommandsInput!) {
    claimCommands(input: $input) {
      commands {
        id
        type
        source
        attempt
        leaseSeconds
        deadlineAt
        startedAt
        refresh
        wanted {
          key
          candidateVersion
        }
        transaction {
          id
          items {
            key
            name
            architecture
            fromVersion
            toVersion
            isDowngrade
            origin
            downloadBytes
          }
          alsoInstalls {
            key
            name
            architecture
            fromVersion
            toVersion
            isDowngrade
            origin
            downloadBytes
          }
          alsoRemoves {
            key
            name
            architecture
            fromVersion
            toVersion
            isDowngrade
            origin
            downloadBytes
          }
          digest
          expiresAt
          token
        }
        keys
        rollsBack
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

/** Tells how a command comes along; the first call says that it has begun. */
export const REPORT_PROGRESS = graphql(`
  mutation ReportProgress($input: ReportProgressInput!) {
    reportProgress(input: $input) {
      isCancelRequested
      leaseSeconds
      errors {
        code
        message
        path
      }
    }
  }
`);

/** Tells how a command ended. */
export const REPORT_RESULT = graphql(`
  mutation ReportResult($input: ReportResultInput!) {
    reportResult(input: $input) {
      isAccepted
      errors {
        code
        message
        path
      }
    }
  }
`);

/** Wakes this agent. */
export const AGENT_WOKEN = graphql(`
  subscription AgentWoken($after: String) {
    agentWoken(after: $after) {
      sequence
      reason
    }
  }
`);

/** A command as the server hands it over. */
export type ClaimedCommand = ResultOf<typeof CLAIM_COMMANDS>["claimCommands"]["commands"][number];

/** A plan as the server hands it back. */
export type Transaction = NonNullable<ClaimedCommand["transaction"]>;

/** What an agent tells about its machine. */
export type AgentFacts = VariablesOf<typeof REGISTER_AGENT>["input"]["facts"];

/** One source's scan on the wire. */
export type ScanReportInput = VariablesOf<typeof REPORT_SCAN>["input"];

/** One pending update on the wire. */
export type ScanItemInput = ScanReportInput["items"][number];

/** Something that must restart, on the wire. */
export type PendingRestartInput = NonNullable<ScanReportInput["pendingRestarts"]>[number];

/** One remark of a scan, on the wire. */
export type ScanWarningInput = NonNullable<ScanReportInput["warnings"]>[number];

/** How a command ended, on the wire. */
export type CommandResultInput = VariablesOf<typeof REPORT_RESULT>["input"];

/** How one package ended, on the wire. */
export type CommandItemInput = NonNullable<CommandResultInput["items"]>[number];

/** A plan on the wire. */
export type ResolvedPlanInput = NonNullable<CommandResultInput["plan"]>;

/** Why something failed, on the wire. */
export type FailureInput = NonNullable<CommandResultInput["failure"]>;

/** Where a command stands, on the wire. */
export type ProgressInput = NonNullable<VariablesOf<typeof REPORT_PROGRESS>["input"]["progress"]>;

/** One line of output, on the wire. */
export type OutputLineInput = NonNullable<VariablesOf<typeof REPORT_PROGRESS>["input"]["lines"]>[number];

/** The tokens of this agent. */
export type AgentCredentials = NonNullable<ResultOf<typeof RENEW_AGENT>["renewAgent"]["credentials"]>;
