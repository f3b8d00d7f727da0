import { useSearchParams } from "react-router";

import { graphql, type ResultOf } from "../../data/graphql.js";
import { usePages } from "../../data/use-pages.js";
import { FilterMenu } from "../../ui/filter-menu.js";
import { Page, Panel } from "../../ui/page.js";
import { CommandList } from "./command-list.js";
import { CommandRowFragment } from "./command-row.js";
import { COMMAND_STATES, COMMAND_TYPES, type CommandState, type CommandType } from "./command-words.js";
import { SomeCommands } from "./some-commands.js";

const CommandsQuery = graphql(
  `
    query Commands($first: Int!, $after: String, $filter: CommandFilter) {
      commands(first: $first, after: $after, filter: $filter) {
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
  `,
  [CommandRowFragment],
);

const selectCommands = (data: ResultOf<typeof CommandsQuery>) => data.commands;

const STATES = (Object.keys(COMMAND_STATES) as CommandState[]).map((value) => ({
  value,
  label: COMMAND_STATES[value].label,
}));
const TYPES = (Object.keys(COMMAND_TYPES) as CommandType[]).map((value) => ({
  value,
  label: COMMAND_TYPES[value].label,
}));

/** What agents were told to do; with `?ids=` only those commands. */
export function CommandsPage() {
  const [params] = useSearchParams();
  const ids = (params.get("ids") ?? "").split(",").filter(Boolean);
  return ids.length > 0 ? <SomeCommands ids={ids} /> : <AllCommands />;
}

function AllCommands() {
  const [params, setParams] = useSearchParams();
  const chosen = <Value extends string>(key: string, options: readonly { readonly value: Value }[]) =>
    options.map(({ value }) => value).filter((value) => params.get(key)?.split(",").includes(value));
  const states = chosen("state", STATES);
  const types = chosen("type", TYPES);
  const set = (key: string, values: readonly string[]) =>
    setParams(
      (now) => {
        if (values.length > 0) now.set(key, values.join(","));
        else now.delete(key);
        return now;
      },
      { replace: true },
    );
  const filter = { ...(states.length > 0 && { states }), ...(types.length > 0 && { types }) };
  const list = usePages({
    query: CommandsQuery,
    variables: { first: 100, filter },
    select: selectCommands,
  });
  return (
    <Page title="Commands" subtitle="Every scan, plan and install that was asked of an agent, newest first.">
      <Panel>
        <div
          role="search"
          aria-label="Filter commands"
          className="flex flex-wrap gap-2 border-b border-line p-2 sm:px-4"
        >
          <FilterMenu
            label="Type"
            options={TYPES}
            chosen={types}
            onChange={(values) => set("type", values)}
          />
          <FilterMenu
            label="State"
            options={STATES}
            chosen={states}
            onChange={(values) => set("state", values)}
          />
        </div>
        <CommandList
          key={params.toString()}
          list={list}
          isNarrowed={states.length + types.length > 0}
          showAgent
        />
      </Panel>
    </Page>
  );
}
