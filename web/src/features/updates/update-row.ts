import { type FragmentOf, graphql } from "../../data/graphql.js";

/** What a row in a list of updates shows. */
export const UpdateRowFragment = graphql(`
  fragment UpdateRow on Update {
    id
    source
    name
    architecture
    installedVersion
    candidateVersion
    kind
    severity
    state
    isHeld
    holdReason
    keptBackReason
    discoveredAt
    agent {
      id
      name
    }
  }
`);

/** One row. */
export type UpdateRow = FragmentOf<typeof UpdateRowFragment>;

/** What a row is called for people: the package, and where. */
export const nameOfUpdate = (row: UpdateRow): string =>
  `${row.name} ${row.candidateVersion} on ${row.agent.name}`;
