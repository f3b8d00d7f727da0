import { type FragmentOf, graphql } from "../../data/graphql.js";

/** What a row in a list of commands shows. */
export const CommandRowFragment = graphql(`
  fragment CommandRow on Command {
    id
    type
    source
    state
    waitingReason
    requestedBy
    requestedAt
    finishedAt
    failure {
      code
      message
    }
    agent {
      id
      name
    }
  }
`);

/** One row. */
export type CommandRow = FragmentOf<typeof CommandRowFragment>;
