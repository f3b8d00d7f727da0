import { graphql, type ResultOf } from "../../data/graphql.js";
import { usePages } from "../../data/use-pages.js";
import { Panel } from "../../ui/page.js";
import { CommandList } from "../commands/command-list.js";
import { CommandRowFragment } from "../commands/command-row.js";

const AgentCommandsQuery = graphql(
  `
    query AgentCommands($id: ID!, $first: Int!, $after: String) {
      agent(id: $id) {
        id
        commands(first: $first, after: $after) {
          nodes {
            ...CommandRow
          }
          pageInfo {
            hasNextPage
            endCursor
          }
          totalCount
        }
      }
    }
  `,
  [CommandRowFragment],
);

const selectCommands = (data: ResultOf<typeof AgentCommandsQuery>) => data.agent?.commands ?? null;

/** The commands of one agent. */
export function AgentCommands({ id }: { readonly id: string }) {
  const list = usePages({
    query: AgentCommandsQuery,
    variables: { id, first: 50 },
    select: selectCommands,
  });
  return (
    <Panel>
      <CommandList list={list} isNarrowed={false} showAgent={false} />
    </Panel>
  );
}
