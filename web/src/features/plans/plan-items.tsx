import { formatBytes } from "../../ui/format.js";
import { itemKey } from "../commands/item-key.js";
import type { Plan } from "./plan-fragment.js";

interface PlanItemsProps {
  readonly title: string;
  readonly items: Plan["items"];
  /** The updates among the packages, which can be opened and read about. */
  readonly updates?: Plan["updates"];
  readonly onOpen?: (updateId: string) => void;
  /** What the change is, where the versions alone do not say it. */
  readonly change?: "remove";
}

/** Packages that a plan changes. */
export function PlanItems({ title, items, updates = [], onOpen, change }: PlanItemsProps) {
  if (items.length === 0) return null;
  return (
    <section className="space-y-1">
      <h3 className="px-4 text-xs font-semibold text-muted">{`${title} (${items.length})`}</h3>
      <ul aria-label={title} className="divide-y divide-line">
        {items.map((item) => (
          <li
            key={itemKey(item)}
            className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-4 py-1.5 text-sm"
          >
            <span className="min-w-40 flex-1 font-medium">
              <ItemName item={item} update={updates.find(isOf(item))} onOpen={onOpen} />
            </span>
            <span className="basis-full font-mono text-xs break-all sm:basis-40 sm:grow-2">
              {change === "remove" ? (
                <span className="text-bad">{`${item.fromVersion ?? ""} is removed`}</span>
              ) : (
                `${item.fromVersion ?? "new"} → ${item.toVersion ?? "removed"}`
              )}
              {item.isDowngrade && <strong className="font-sans text-bad"> goes back</strong>}
            </span>
            <span className="min-w-0 flex-1 truncate text-xs text-muted" title={item.origin ?? undefined}>
              {item.origin}
            </span>
            <span className="w-20 text-right text-xs text-muted tabular-nums">
              {item.downloadBytes === null ? "" : formatBytes(item.downloadBytes)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

type Item = Plan["items"][number];
type Planned = Plan["updates"][number];

const isOf =
  ({ name, architecture, toVersion }: Item) =>
  (update: Planned): boolean =>
    update.name === name && update.architecture === architecture && update.candidateVersion === toVersion;

interface ItemNameProps {
  readonly item: Item;
  readonly update: Planned | undefined;
  readonly onOpen: ((updateId: string) => void) | undefined;
}

/** The package's name; that of an update opens everything known about it, release notes included. */
function ItemName({ item, update, onOpen }: ItemNameProps) {
  const name = (
    <>
      {item.name}
      {item.architecture && <span className="font-normal text-faint">:{item.architecture}</span>}
    </>
  );
  if (!update || !onOpen) return name;
  return (
    <button
      type="button"
      title={`Everything about ${item.name}, with its release notes`}
      onClick={() => onOpen(update.id)}
      className="rounded-xs text-left underline decoration-line-strong underline-offset-2 hover:decoration-current"
    >
      {name}
    </button>
  );
}
