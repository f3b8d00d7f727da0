import { useEffect, useSyncExternalStore } from "react";

import { emitSignal } from "./signals.js";

/** Whether the server answers; `no-database` while it runs but cannot reach its database. */
export type ServerHealth = "ready" | "no-database" | "unreachable";

const AGAIN_MILLISECONDS = 3_000;
/** A page on which nobody does anything asks nothing, and would not notice. */
const LOOK_MILLISECONDS = 20_000;
const WAIT_MILLISECONDS = 5_000;

let health: ServerHealth = "ready";
let again: ReturnType<typeof setTimeout> | undefined;
let looking: Promise<void> | undefined;
const listeners = new Set<() => void>();

/** Tells the page how a request to the API ended: one that failed has the server looked at. */
export function noteAnswer(isFailure: boolean): void {
  if (isFailure) void look();
  else setHealth("ready");
}

/** Looks now, and again and again until the server is ready; once at a time. */
function look(): Promise<void> {
  looking ??= lookOnce();
  return looking;
}

async function lookOnce(): Promise<void> {
  const next = await probe();
  looking = undefined;
  setHealth(next);
}

async function probe(): Promise<ServerHealth> {
  try {
    const { ok } = await fetch("/readyz", {
      cache: "no-store",
      signal: AbortSignal.timeout(WAIT_MILLISECONDS),
    });
    return ok ? "ready" : "no-database";
  } catch {
    return "unreachable";
  }
}

/** Once it is ready again, everything on the page is asked for anew. */
function setHealth(next: ServerHealth): void {
  clearTimeout(again);
  if (next !== "ready") again = setTimeout(() => void look(), AGAIN_MILLISECONDS);
  if (next === health) return;
  health = next;
  for (const listener of listeners) listener();
  if (next === "ready") emitSignal("connection");
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Follows whether the server answers, and looks by itself while the page is in sight. */
export function useServerHealth(): ServerHealth {
  useEffect(() => {
    const lookIfSeen = () => {
      if (document.visibilityState === "visible") void look();
    };
    const timer = setInterval(lookIfSeen, LOOK_MILLISECONDS);
    document.addEventListener("visibilitychange", lookIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", lookIfSeen);
    };
  }, []);
  return useSyncExternalStore(subscribe, () => health);
}
