import type { CombinedError, TypedDocumentNode } from "@urql/core";
import { useMemo } from "react";
import { useClient } from "urql";

import { type BulkOutcome, inBulk } from "../../data/bulk.js";
import type { Refusal } from "../../data/failures.js";
import { graphql } from "../../data/graphql.js";
import { HoldFragment } from "./hold-fragment.js";

const Approve = graphql(`
  mutation ApproveUpdates($ids: [ID!]!) {
    answer: approveUpdates(input: { ids: $ids }) {
      updates {
        id
        state
        isHeld
        decidedBy
        decidedAt
      }
      errors {
        message
        path
      }
    }
  }
`);

const Reject = graphql(`
  mutation RejectUpdates($ids: [ID!]!, $reason: String) {
    answer: rejectUpdates(input: { ids: $ids, reason: $reason }) {
      updates {
        id
        state
        isHeld
        decidedBy
        decidedAt
      }
      errors {
        message
        path
      }
    }
  }
`);

const HoldUpdates = graphql(
  `
    mutation HoldUpdates($ids: [ID!]!, $reason: String) {
      answer: holdUpdates(input: { ids: $ids, reason: $reason }) {
        updates {
          id
          state
          ...Hold
        }
        errors {
          message
          path
        }
      }
    }
  `,
  [HoldFragment],
);

const ReleaseUpdates = graphql(
  `
    mutation ReleaseUpdates($ids: [ID!]!) {
      answer: releaseUpdates(input: { ids: $ids }) {
        updates {
          id
          state
          ...Hold
        }
        errors {
          message
          path
        }
      }
    }
  `,
  [HoldFragment],
);

interface Answer {
  readonly answer: {
    readonly updates: readonly { readonly id: string }[];
    readonly errors: readonly Refusal[];
  };
}

type Ids = { readonly ids: string[]; readonly reason?: string | null };

/** What can be decided about updates. Each returns what was done and what was refused, for any number of ids. */
export interface Decisions {
  approve(ids: readonly string[]): Promise<BulkOutcome<string>>;
  reject(ids: readonly string[], reason: string): Promise<BulkOutcome<string>>;
  hold(ids: readonly string[], reason: string): Promise<BulkOutcome<string>>;
  release(ids: readonly string[]): Promise<BulkOutcome<string>>;
}

/** The decisions, ready to be called. */
export function useDecisions(): Decisions {
  const client = useClient();
  return useMemo(() => {
    const decide = (mutation: unknown, ids: readonly string[], reason?: string) =>
      inBulk(ids, async (part) => {
        const variables: Ids = { ids: part, ...(reason && { reason }) };
        const document = mutation as TypedDocumentNode<Answer, Ids>;
        return readAnswer(await client.mutation(document, variables).toPromise());
      });
    return {
      approve: (ids) => decide(Approve, ids),
      reject: (ids, reason) => decide(Reject, ids, reason),
      hold: (ids, reason) => decide(HoldUpdates, ids, reason),
      release: (ids) => decide(ReleaseUpdates, ids),
    };
  }, [client]);
}

function readAnswer({ data, error }: { data?: Answer | undefined; error?: CombinedError | undefined }) {
  const answer = data?.answer;
  return { done: answer?.updates.map(({ id }) => id) ?? [], errors: answer?.errors ?? [], failure: error };
}
