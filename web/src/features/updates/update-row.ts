import { type FragmentOf, graphql } from "../../data/graphql.js";
import { HoldFragment } from "./hold-fragment.js";

/** What a row in a list of updates shows. */
export const UpdateRowFragment = graphql(
  `
    fragment UpdateRow on Update {
      keptBackReason
      id
      source
      name
      architecture
      installedVersion
      candidateVersion
      kind
      severity
      state
      ...Hold
      discoveredAt
      agent {
        id
        name
      }
    }
  `,
  [HoldFragment],
);

/** One row. */
export type UpdateRow = FragmentOf<typeof UpdateRowFragment>;

/** What a row is called for people: the package, and where. */
export const nameOfUpdate = (row: UpdateRow): string =>
  `${row.name} ${row.candidateVersion} on ${row.agent.name}`;
