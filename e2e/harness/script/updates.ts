import type { GraphqlScript } from "../graphql-script.js";
import type { Refusals } from "./refusals.js";

/** What a script reads of an update. */
export interface ScriptUpdate {
  readonly id: string;
  readonly name: string;
  readonly architecture: string | null;
  readonly installedVersion: string | null;
  readonly candidateVersion: string;
  readonly kind: string;
  readonly state: string;
  readonly isHeld: boolean;
  readonly closedReason: string | null;
  readonly verifiedAt: string | null;
}

const UPDATES = /* GraphQL */ `
  query Updates($agent: ID!, $states: [UpdateState!]) {
    updates(first: 200, filter: { agent: { eq: $agent }, states: $states }) {
      totalCount
      unknownAgents
      nodes {
        id
        name
        architecture
        installedVersion
        candidateVersion
        kind
        state
        isHeld
        closedReason
        verifiedAt
      }
    }
  }
`;

/** All updates of an agent in these states; without states the open ones. */
export async function updatesOf(
  script: GraphqlScript,
  agent: string,
  states?: readonly string[],
): Promise<readonly ScriptUpdate[]> {
  const { updates } = await script.run<{ updates: { nodes: ScriptUpdate[] } }>(UPDATES, { agent, states });
  return updates.nodes;
}

const APPROVE = /* GraphQL */ `
  mutation Approve($input: ApproveUpdatesInput!) {
    approveUpdates(input: $input) {
      updates {
        id
      }
      errors {
        code
        message
      }
    }
  }
`;

/** Approves updates; returns what was refused. */
export async function approve(script: GraphqlScript, ids: readonly string[]): Promise<Refusals["errors"]> {
  const { approveUpdates } = await script.run<{ approveUpdates: Refusals }>(APPROVE, { input: { ids } });
  return approveUpdates.errors;
}
