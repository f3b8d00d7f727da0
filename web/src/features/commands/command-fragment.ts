import { type FragmentOf, graphql } from "../../data/graphql.js";
import { CommandRowFragment } from "./command-row.js";

/** Everything that the live view of a command shows, but its output. */
export const CommandFragment = graphql(
  `
    fragment CommandDetails on Command {
      ...CommandRow
      claimedAt
      startedAt
      deadlineAt
      attempt
      isLocal
      isCancelRequested
      restart
      restartReasons
      progress {
        phase
        percent
        itemName
        isCancellable
        occurredAt
      }
      items {
        name
        architecture
        outcome
        fromVersion
        toVersion
        message
      }
      reversibility {
        level
        reasons
      }
      rolledBackBy {
        id
        state
      }
      rollsBack {
        id
        items {
          name
          architecture
          fromVersion
          toVersion
        }
      }
      updates {
        id
        state
        verifiedAt
      }
      plan {
        id
        state
        items {
          name
          architecture
          fromVersion
          toVersion
        }
        alsoInstalls {
          name
          architecture
          fromVersion
          toVersion
        }
        alsoRemoves {
          name
          architecture
          fromVersion
          toVersion
        }
      }
    }
  `,
  [CommandRowFragment],
);

/** One command in full. */
export type Command = FragmentOf<typeof CommandFragment>;
