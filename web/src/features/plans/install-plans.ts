import { useCallback, useRef } from "react";
import { useClient } from "urql";

import { inBulk, type Refused } from "../../data/bulk.js";
import { graphql } from "../../data/graphql.js";
import { randomKey } from "../../data/random-key.js";
import { useDecisions } from "../updates/use-decisions.js";
import { toApprove } from "./plan-choice.js";
import type { Plan } from "./plan-fragment.js";

const InstallPlans = graphql(`
  mutation InstallPlans($input: InstallPlansInput!) {
    installPlans(input: $input) {
      commands {
        id
        state
        plan {
          id
          state
          installCommand {
            id
            state
          }
        }
      }
      errors {
        message
        path
      }
    }
  }
`);

/** What came of "Approve and install". */
export interface InstallOutcome {
  /** The ids of the commands that were started. */
  readonly started: readonly string[];
  /** Updates that could not be approved. */
  readonly notApproved: readonly Refused[];
  /** Plans that were not started. */
  readonly notStarted: readonly Refused[];
}

/**
 * Approves what the plans contain, then starts exactly these plans. Plans whose removals were accepted go in a call of
 * their own, so that no other plan's removals are accepted along with them. Repeating it after an answer was lost starts
 * nothing twice.
 */
export function useInstallPlans(): (plans: readonly Plan[]) => Promise<InstallOutcome> {
  const client = useClient();
  const decisions = useDecisions();
  const keys = useRef(new Map<string, string>());
  return useCallback(
    async (plans) => {
      const approval = await decisions.approve(toApprove(plans));
      const start = (some: readonly Plan[], acceptRemovals: boolean) =>
        inBulk(
          some.map(({ id }) => id),
          async (ids) => {
            const idempotencyKey = keyFor(keys.current, `${acceptRemovals} ${ids.join(" ")}`);
            const { data, error } = await client
              .mutation(InstallPlans, { input: { ids, acceptRemovals, idempotencyKey } })
              .toPromise();
            // Only an answer that was lost may be asked for again with the same key.
            if (!error?.networkError) keys.current.clear();
            const answer = data?.installPlans;
            return {
              done: answer?.commands.map(({ id }) => id) ?? [],
              errors: answer?.errors ?? [],
              failure: error,
            };
          },
        );
      const plain = await start(
        plans.filter((plan) => plan.alsoRemoves.length === 0),
        false,
      );
      const removing = await start(
        plans.filter((plan) => plan.alsoRemoves.length > 0),
        true,
      );
      return {
        started: [...plain.done, ...removing.done],
        notApproved: approval.refused,
        notStarted: [...plain.refused, ...removing.refused],
      };
    },
    [client, decisions],
  );
}

function keyFor(keys: Map<string, string>, what: string): string {
  const key = keys.get(what) ?? randomKey();
  keys.set(what, key);
  return key;
}
