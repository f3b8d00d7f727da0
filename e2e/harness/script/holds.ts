import { eventually } from "../eventually.js";
import type { GraphqlScript } from "../graphql-script.js";
import type { Refusals } from "./refusals.js";

/** What a script reads of the holds on an update. */
export interface ScriptHold {
  readonly id: string;
  readonly isHeld: boolean;
  readonly heldBy: readonly string[];
  readonly holdReason: string | null;
  readonly holdCommand: {
    readonly id: string;
    readonly type: string;
    readonly state: string;
    readonly failure: { readonly code: string; readonly message: string } | null;
  } | null;
}

const HELD = /* GraphQL */ `
  query Held($id: ID!) {
    update(id: $id) {
      id
      isHeld
      heldBy
      holdReason
      holdCommand {
        id
        type
        state
        failure {
          code
          message
        }
      }
    }
  }
`;

const HOLD = /* GraphQL */ `
  mutation SetHolds($ids: [ID!]!, $reason: String) {
    answer: holdUpdates(input: { ids: $ids, reason: $reason }) {
      errors {
        code
        message
      }
    }
  }
`;

const RELEASE = /* GraphQL */ `
  mutation EndHolds($ids: [ID!]!) {
    answer: releaseUpdates(input: { ids: $ids }) {
      errors {
        code
        message
      }
    }
  }
`;

/** Holds updates; returns what was refused. */
export async function hold(
  script: GraphqlScript,
  ids: readonly string[],
  reason: string,
): Promise<Refusals["errors"]> {
  return (await script.run<{ answer: Refusals }>(HOLD, { ids, reason })).answer.errors;
}

/** Releases updates; returns what was refused. */
export async function release(script: GraphqlScript, ids: readonly string[]): Promise<Refusals["errors"]> {
  return (await script.run<{ answer: Refusals }>(RELEASE, { ids })).answer.errors;
}

/** Waits until an update is held in exactly these places. */
export async function heldIn(
  script: GraphqlScript,
  id: string,
  places: readonly string[],
): Promise<ScriptHold> {
  return eventually(
    `The update held by ${places.join(" and ") || "nobody"}`,
    async () => (await script.run<{ update: ScriptHold }>(HELD, { id })).update,
    ({ heldBy }) => heldBy.join() === places.join(),
  );
}
