import { Check, ChevronDown } from "lucide-react";
import { Popover as Radix } from "radix-ui";
import { useState } from "react";
import { useQuery } from "urql";

import { failureText } from "../../data/failures.js";
import { graphql } from "../../data/graphql.js";
import { cx } from "../../ui/cx.js";
import { usePortal } from "../../ui/portal.js";
import { SearchInput } from "../../ui/search-input.js";

const SHOWN = 50;

const AgentsByName = graphql(`
  query AgentsByName($first: Int!, $name: String!) {
    agents(first: $first, filter: { name: { contains: $name } }) {
      nodes {
        id
        name
      }
      totalCount
    }
  }
`);

const AgentName = graphql(`
  query AgentName($id: ID!) {
    agent(id: $id) {
      id
      name
    }
  }
`);

interface AgentFilterProps {
  /** The agent's id; empty for all. */
  readonly value: string;
  readonly onChange: (id: string) => void;
}

/** Narrows a list to one agent, found by a part of its name: there may be more agents than a menu can hold. */
export function AgentFilter({ value, onChange }: AgentFilterProps) {
  const container = usePortal();
  const [isOpen, setOpen] = useState(false);
  const [{ data }] = useQuery({ query: AgentName, variables: { id: value }, pause: value === "" });
  const shown = value === "" ? "All agents" : (data?.agent?.name ?? value);
  const choose = (id: string) => {
    setOpen(false);
    onChange(id);
  };
  return (
    <Radix.Root open={isOpen} onOpenChange={setOpen}>
      <Radix.Trigger
        aria-label={`Agent: ${shown}`}
        className={cx(
          "inline-flex h-8 max-w-52 items-center gap-1.5 rounded-md border px-2.5 text-sm",
          value
            ? "border-accent bg-accent-soft text-accent"
            : "border-line-strong bg-raised text-muted hover:bg-hover hover:text-ink",
        )}
      >
        <span className="truncate">{shown}</span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0" />
      </Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Choose an agent"
          className="z-40 w-64 space-y-1 rounded-md border border-line bg-raised p-1 text-sm shadow-lg"
        >
          <AgentChoice value={value} onChoose={choose} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function AgentChoice({
  value,
  onChoose,
}: {
  readonly value: string;
  readonly onChoose: (id: string) => void;
}) {
  const [name, setName] = useState("");
  const [{ data, error, fetching }] = useQuery({ query: AgentsByName, variables: { first: SHOWN, name } });
  const agents = data?.agents.nodes ?? [];
  const more = (data?.agents.totalCount ?? 0) - agents.length;
  const said = error
    ? failureText(error)
    : more > 0
      ? `${more} more. Type a part of the name.`
      : !fetching && agents.length === 0 && "No agent has such a name.";
  return (
    <>
      <SearchInput label="Part of the agent's name" value={name} onChange={setName} />
      <ul aria-label="Agents" className="max-h-64 overflow-y-auto">
        {[{ id: "", name: "All agents" }, ...agents].map((agent) => (
          <li key={agent.id}>
            <button
              type="button"
              aria-pressed={agent.id === value}
              onClick={() => onChoose(agent.id)}
              className="flex w-full items-center gap-2 rounded px-2 py-1.5 text-left hover:bg-hover"
            >
              <Check aria-hidden className={cx("size-3.5 text-accent", agent.id !== value && "invisible")} />
              <span className="min-w-0 truncate">{agent.name}</span>
            </button>
          </li>
        ))}
      </ul>
      <p role="status" className="px-2 py-1 text-xs text-muted empty:hidden">
        {said}
      </p>
    </>
  );
}
