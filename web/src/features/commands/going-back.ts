interface Moved {
  readonly fromVersion: string | null;
  readonly toVersion: string | null;
}

/** What an install changed, the other way round. */
export function goingBack<Item extends Moved>(items: readonly Item[]): Item[] {
  return items
    .filter(({ fromVersion, toVersion }) => fromVersion !== toVersion)
    .map((item) => ({ ...item, fromVersion: item.toVersion, toVersion: item.fromVersion }));
}
