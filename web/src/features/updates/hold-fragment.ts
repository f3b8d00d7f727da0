import { type FragmentOf, graphql } from "../../data/graphql.js";

/** Where an update is held, and whether its machine follows. */
export const HoldFragment = graphql(`
  fragment Hold on Update {
    isHeld
    heldBy
    holdReason
    holdSetBy
    holdSetAt
    holdCommand {
      id
      type
      state
      waitingReason
      failure {
        message
      }
    }
  }
`);

/** What the page knows of a hold. */
export type Hold = FragmentOf<typeof HoldFragment>;
