import { useState } from "react";

import { graphql, type ResultOf } from "../../data/graphql.js";
import { useReloadOn } from "../../data/signals.js";
import { usePages } from "../../data/use-pages.js";
import { Panel } from "../../ui/page.js";
import { FilterBar } from "../updates/filter-bar.js";
import { isNarrowed, readUpdateChoice, toUpdateFilter } from "../updates/update-filter.js";
import { UpdateList } from "../updates/update-list.js";
import { UpdateRowFragment } from "../updates/update-row.js";

const AgentUpdatesQuery = graphql(
  `
    query AgentUpdates($id: ID!, $first: Int!, $after: String, $filter: UpdateFilter) {
      agent(id: $id) {
        id
        updates(first: $first, after: $after, filter: $filter) {
          nodes {
            ...UpdateRow
          }
          pageInfo {
            hasNextPage
            endCursor
          }
          totalCount
          unknownAgents
        }
      }
    }
  `,
  [UpdateRowFragment],
);

const selectUpdates = (data: ResultOf<typeof AgentUpdatesQuery>) => data.agent?.updates ?? null;

/** The updates of one agent. */
export function AgentUpdates({ id }: { readonly id: string }) {
  const [choice, setChoice] = useState(() => readUpdateChoice(new URLSearchParams()));
  const list = usePages({
    query: AgentUpdatesQuery,
    variables: { id, first: 100, filter: toUpdateFilter(choice) },
    select: selectUpdates,
  });
  useReloadOn(["updates", "scans"], list.reload);
  return (
    <Panel>
      <FilterBar choice={choice} onChange={setChoice} showAgent={false} />
      <UpdateList
        key={JSON.stringify(choice)}
        list={list}
        isNarrowed={isNarrowed(choice)}
        showAgent={false}
      />
    </Panel>
  );
}
