/** What is selected, and where a range would begin. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** The row that was clicked last; null before the first click. */
  readonly anchor: string | null;
}

/** Nothing selected. */
export const NO_SELECTION: Selection = { ids: new Set(), anchor: null };

/**
 * Turns one row on or off. With `isRange`, every row from the anchor to this one takes this row's new state.
 *
 * @param order the ids of all rows in the order shown
 */
export function toggleRow(now: Selection, order: readonly string[], id: string, isRange: boolean): Selection {
  const turnOn = !now.ids.has(id);
  const from = isRange && now.anchor !== null ? order.indexOf(now.anchor) : -1;
  const to = order.indexOf(id);
  const touched = from < 0 || to < 0 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
  const ids = new Set(now.ids);
  for (const each of touched) {
    if (turnOn) ids.add(each);
    else ids.delete(each);
  }
  return { ids, anchor: id };
}

/** Selects every row shown, or none when all of them are selected already. */
export function toggleAll(now: Selection, order: readonly string[]): Selection {
  return order.every((id) => now.ids.has(id)) ? NO_SELECTION : { ids: new Set(order), anchor: null };
}

/** Drops what is no longer shown, so that nobody acts on a row that cannot be seen. */
export function keepShown(now: Selection, order: readonly string[]): Selection {
  const shown = new Set(order);
  const ids = now.ids.intersection(shown);
  return ids.size === now.ids.size ? now : { ids, anchor: now.anchor };
}
