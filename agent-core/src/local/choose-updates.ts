import type { PlanWish } from "@redflag/plugin-sdk";
import type { LastScanSource } from "../state/last-scan.js";

type Item = LastScanSource["items"][number];

const isHeldItem = ({ isHeldByMark, isHeldByPin }: Item): boolean =>
  isHeldByMark === true || isHeldByPin === true;

/** Which updates somebody wants. */
export interface Choice {
  /** Packages by name or by key. */
  readonly names: readonly string[];
  /** Everything that is pending and not held. */
  readonly all: boolean;
  /** Everything of that which is for security. */
  readonly security: boolean;
}

/** What was chosen of one source. */
export interface ChosenUpdates {
  readonly source: string;
  readonly wishes: readonly PlanWish[];
}

/** What a choice comes to. */
export interface Chosen {
  readonly updates: readonly ChosenUpdates[];
  /** Names that no source lists. */
  readonly unknown: readonly string[];
  /** Packages that were named and that the machine's owner holds. */
  readonly held: readonly string[];
}

/** Finds the updates of the last scan that a choice means. A name may mean several, one for each architecture. */
export function chooseUpdates(sources: readonly LastScanSource[], choice: Choice): Chosen {
  const named = new Set(choice.names);
  const isNamed = (item: Item): boolean => named.has(item.name) || named.has(item.key);
  const isMeant = (item: Item): boolean =>
    isNamed(item) || (!isHeldItem(item) && (choice.all || (choice.security && item.kind === "SECURITY")));
  const everything = sources.flatMap(({ items }) => items);
  const found = new Set(everything.filter(isNamed).flatMap(({ name, key }) => [name, key]));
  return {
    updates: sources
      .map(({ source, items }) => ({
        source,
        wishes: items
          .filter((item) => isMeant(item) && !isHeldItem(item))
          .map(({ key, candidateVersion }) => ({ key, candidate: candidateVersion })),
      }))
      .filter(({ wishes }) => wishes.length > 0),
    unknown: choice.names.filter((name) => !found.has(name)),
    held: everything.filter((item) => isNamed(item) && isHeldItem(item)).map(({ name }) => name),
  };
}
