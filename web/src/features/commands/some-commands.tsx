import { graphql } from "../../data/graphql.js";
import { useKeptQuery } from "../../data/use-kept-query.js";
import { Page, Panel } from "../../ui/page.js";
import { TextLink } from "../../ui/text-link.js";
import { CommandList } from "./command-list.js";
import { CommandRowFragment } from "./command-row.js";

const SomeCommandsQuery = graphql(
  `
    query SomeCommands($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        ... on Command {
          ...CommandRow
        }
      }
    }
  `,
  [CommandRowFragment],
);

/** The commands that were started together, for example by one "Approve and install". */
export function SomeCommands({ ids }: { readonly ids: readonly string[] }) {
  const [{ data, error }, reload] = useKeptQuery({
    query: SomeCommandsQuery,
    variables: { ids: ids.slice(0, 200) },
    requestPolicy: "cache-and-network",
  });
  const rows = (data?.nodes ?? []).filter((node) => node?.__typename === "Command");
  return (
    <Page title="Started together" subtitle={<TextLink to="/commands">All commands</TextLink>}>
      <Panel>
        <CommandList
          isNarrowed
          showAgent
          list={{
            rows,
            first: data ? { totalCount: rows.length } : null,
            hasMore: false,
            error,
            more: () => undefined,
            reload: () => reload({ requestPolicy: "network-only" }),
          }}
        />
      </Panel>
    </Page>
  );
}
