import { X } from "lucide-react";
import { useQuery } from "urql";

import { graphql } from "../../data/graphql.js";
import { Button } from "../../ui/button.js";
import { FilterMenu } from "../../ui/filter-menu.js";
import { SearchInput } from "../../ui/search-input.js";
import { SelectMenu } from "../../ui/select-menu.js";
import { AgentFilter } from "./agent-filter.js";
import { isNarrowed, readUpdateChoice, type UpdateChoice } from "./update-filter.js";
import { KINDS, optionsOf, SEVERITIES, UPDATE_STATES } from "./update-words.js";

const FilterOptions = graphql(`
  query UpdateFilterOptions {
    agents(first: 200) {
      nodes {
        id
        coverage {
          source
        }
      }
    }
  }
`);

interface FilterBarProps {
  readonly choice: UpdateChoice;
  readonly onChange: (choice: UpdateChoice) => void;
  /** Left out on the agent's own page. */
  readonly showAgent: boolean;
}

const HELD = [
  { value: "yes", label: "Only held" },
  { value: "no", label: "Not held" },
] as const;

/** Narrows a list of updates. */
export function FilterBar({ choice, onChange, showAgent }: FilterBarProps) {
  const [{ data }] = useQuery({ query: FilterOptions, pause: !showAgent });
  const agents = data?.agents.nodes ?? [];
  const sources = [
    ...new Set(agents.flatMap((agent) => agent.coverage.map(({ source }) => source))),
  ].toSorted();
  const set = (part: Partial<UpdateChoice>) => onChange({ ...choice, ...part });
  return (
    <div
      role="search"
      aria-label="Filter updates"
      className="flex flex-wrap items-center gap-2 border-b border-line p-2 sm:px-4"
    >
      <SearchInput label="Package name" value={choice.name} onChange={(name) => set({ name })} />
      <FilterMenu
        label="State"
        options={optionsOf(UPDATE_STATES)}
        chosen={choice.states}
        onChange={(states) => set({ states })}
      />
      <FilterMenu
        label="Severity"
        options={optionsOf(SEVERITIES)}
        chosen={choice.severities}
        onChange={(severities) => set({ severities })}
      />
      <FilterMenu
        label="Kind"
        options={optionsOf(KINDS)}
        chosen={choice.kinds}
        onChange={(kinds) => set({ kinds })}
      />
      <SelectMenu
        label="Held or not"
        all="Held or not"
        options={HELD}
        value={choice.held}
        onChange={(held) => set({ held: held as UpdateChoice["held"] })}
      />
      {showAgent && (
        <>
          <SelectMenu
            label="Source"
            all="All sources"
            options={withChosen(
              choice.source,
              sources.map((source) => ({ value: source, label: source })),
            )}
            value={choice.source}
            onChange={(source) => set({ source })}
          />
          <AgentFilter value={choice.agent} onChange={(agent) => set({ agent })} />
        </>
      )}
      {isNarrowed(choice) && (
        <Button
          variant="ghost"
          size="sm"
          icon={X}
          onClick={() => onChange(readUpdateChoice(new URLSearchParams()))}
        >
          Clear
        </Button>
      )}
    </div>
  );
}

/** Keeps a choice from the address visible although it is not among the options. */
function withChosen(value: string, options: readonly { readonly value: string; readonly label: string }[]) {
  const isKnown = value === "" || options.some((option) => option.value === value);
  return isKnown ? options : [...options, { value, label: value }];
}
