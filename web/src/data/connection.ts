import { useSyncExternalStore } from "react";

/** Whether live events arrive: `idle` before the first subscription, `lost` while it is being tried again. */
export type ConnectionState = "idle" | "connected" | "lost";

let state: ConnectionState = "idle";
const listeners = new Set<() => void>();

/** Tells the page how the connection is. */
export function setConnection(next: ConnectionState): void {
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Follows the connection. */
export const useConnection = (): ConnectionState => useSyncExternalStore(subscribe, () => state);
