import { useSearchParams } from "react-router";

import { graphql, type ResultOf } from "../../data/graphql.js";
import { useReloadOn } from "../../data/signals.js";
import { usePages } from "../../data/use-pages.js";
import { Page, Panel } from "../../ui/page.js";
import { FilterBar } from "./filter-bar.js";
import { UnknownAgents } from "./unknown-agents.js";
import { isNarrowed, readUpdateChoice, toUpdateFilter, writeUpdateChoice } from "./update-filter.js";
import { UpdateList } from "./update-list.js";
import { UpdateRowFragment } from "./update-row.js";

const UpdatesQuery = graphql(
  `
    query Updates($first: Int!, $after: String, $filter: UpdateFilter) {
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
  `,
  [UpdateRowFragment],
);

const selectUpdates = (data: ResultOf<typeof UpdatesQuery>) => data.updates;

const PAGE_SIZE = 100;

/** The updates of all agents. */
export function UpdatesPage() {
  const [params, setParams] = useSearchParams();
  const choice = readUpdateChoice(params);
  const list = usePages({
    query: UpdatesQuery,
    variables: { first: PAGE_SIZE, filter: toUpdateFilter(choice) },
    select: selectUpdates,
  });
  useReloadOn(["updates", "scans"], list.reload);
  const total = list.first?.totalCount;
  return (
    <Page
      title="Updates"
      aside={total !== undefined && <span className="text-sm text-muted">{total.toLocaleString("en")}</span>}
      subtitle="What is pending on every agent. Select updates to approve them, or to preview exactly what would change."
    >
      <UnknownAgents count={list.first?.unknownAgents ?? 0} />
      <Panel>
        <FilterBar
          showAgent
          choice={choice}
          onChange={(next) => setParams(writeUpdateChoice(params, next), { replace: true })}
        />
        <UpdateList key={params.toString()} list={list} isNarrowed={isNarrowed(choice)} showAgent />
      </Panel>
    </Page>
  );
}
