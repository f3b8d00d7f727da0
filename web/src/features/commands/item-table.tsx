import { CircleDashed, LoaderCircle } from "lucide-react";

import { Badge } from "../../ui/badge.js";
import { OutcomeBadge } from "./command-badges.js";
import type { Command } from "./command-fragment.js";
import { goingBack } from "./going-back.js";
import { itemKey } from "./item-key.js";
import { isActive, setsMarks } from "./command-words.js";

interface Item {
  readonly name: string;
  readonly architecture: string | null;
  readonly fromVersion: string | null;
  readonly toVersion: string | null;
}

/** How each package ended; before the end, what is going to be done with it. */
export function ItemTable({ command }: { readonly command: Command }) {
  const { items } = command;
  const planned = plannedOf(command);
  if (items.length > 0) {
    return (
      <ul aria-label="Packages" className="divide-y divide-line">
        {items.map((item) => (
          <ItemRow
            key={itemKey(item)}
            item={item}
            hasVersions={!setsMarks(command.type)}
            message={item.message}
          >
            <OutcomeBadge item={item} type={command.type} />
          </ItemRow>
        ))}
      </ul>
    );
  }
  if (planned.length === 0) return <p className="p-4 text-sm text-muted">No packages.</p>;
  return (
    <ul aria-label="Packages" className="divide-y divide-line">
      {planned.map((item) => {
        const isAtHand = isActive(command.state) && command.progress?.itemName === item.name;
        return (
          <ItemRow key={itemKey(item)} item={item} hasVersions message={null}>
            {isAtHand ? (
              <Badge tone="accent" icon={LoaderCircle}>
                At hand
              </Badge>
            ) : (
              <Badge icon={CircleDashed}>Planned</Badge>
            )}
          </ItemRow>
        );
      })}
    </ul>
  );
}

/** A rollback goes the way of its install, from the end to the beginning. */
function plannedOf({ plan, rollsBack }: Command): readonly Item[] {
  if (rollsBack) return goingBack(rollsBack.items);
  return plan ? [...plan.items, ...plan.alsoInstalls, ...plan.alsoRemoves] : [];
}

interface ItemRowProps {
  readonly item: Item;
  readonly hasVersions: boolean;
  readonly message: string | null;
  readonly children: React.ReactNode;
}

function ItemRow({ item, hasVersions, message, children }: ItemRowProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 text-sm">
      <span className="min-w-40 flex-1 font-medium">
        {item.name}
        {item.architecture && <span className="font-normal text-faint">:{item.architecture}</span>}
      </span>
      {hasVersions && (
        <span className="order-last basis-full font-mono text-xs break-all text-muted sm:order-none sm:basis-40 sm:grow-2">
          {`${item.fromVersion ?? "not installed"} → ${item.toVersion ?? "removed"}`}
        </span>
      )}
      {children}
      {message && <p className="order-last w-full text-xs text-muted">{message}</p>}
    </li>
  );
}
