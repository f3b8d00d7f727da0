import { graphql } from "../../data/graphql.js";
import { emitSignal } from "../../data/signals.js";
import { useLive } from "../../data/use-live.js";
import { UpdateRowFragment } from "./update-row.js";

const UpdatesChanged = graphql(
  `
    subscription UpdatesChanged($after: String) {
      updatesChanged(after: $after) {
        sequence
        updates {
          ...UpdateRow
          closedReason
          changedAt
          decidedBy
          decidedAt
          verifiedAt
          failure {
            code
            message
          }
        }
      }
    }
  `,
  [UpdateRowFragment],
);

/** Keeps every shown update current. */
export function useWatchUpdates(): void {
  useLive({ subscription: UpdatesChanged, variables: {}, onEvent: () => emitSignal("updates") });
}
