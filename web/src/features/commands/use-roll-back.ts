import { useCallback, useRef } from "react";
import { useMutation } from "urql";

import { failureText } from "../../data/failures.js";
import { graphql } from "../../data/graphql.js";
import { randomKey } from "../../data/random-key.js";

const RollBackCommands = graphql(`
  mutation RollBackCommands($input: RollBackCommandsInput!) {
    rollBackCommands(input: $input) {
      commands {
        id
        rollsBack {
          id
          rolledBackBy {
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

/** What came of asking for a rollback: the command that does it, or why there is none. */
export type RollBackAnswer = { readonly id: string } | { readonly refusal: string };

/** Has one install taken back. Asking again after an answer was lost starts nothing twice. */
export function useRollBack(): {
  readonly fetching: boolean;
  readonly rollBack: (id: string, acceptPartly: boolean) => Promise<RollBackAnswer>;
} {
  const [{ fetching }, mutate] = useMutation(RollBackCommands);
  const key = useRef(randomKey());
  const rollBack = useCallback(
    async (id: string, acceptPartly: boolean): Promise<RollBackAnswer> => {
      const input = { ids: [id], acceptPartly, idempotencyKey: key.current };
      const { data, error } = await mutate({ input });
      if (!error?.networkError) key.current = randomKey();
      const command = data?.rollBackCommands.commands[0];
      if (command) return command;
      const refusal = error ? failureText(error) : data?.rollBackCommands.errors[0]?.message;
      return { refusal: refusal ?? "Nothing was started." };
    },
    [mutate],
  );
  return { fetching, rollBack };
}
