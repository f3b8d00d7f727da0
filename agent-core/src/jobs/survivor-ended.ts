import type { Clock } from "../clock/clock.js";
import { isStillRunning, type Survivor } from "../exec/process-identity.js";
import { LIFECYCLE } from "../plugins/lifecycle.js";

const POLL_MS = 500;

/** How to wait for a package manager. */
export interface SurvivorWait {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called once, when there is something to wait for. */
  onWait(): void;
}

/**
 * Waits until a package manager has ended, at most as long as an installation may take.
 *
 * @param startedAt when the installation began, in milliseconds since the epoch; NaN when that is not known.
 * @returns false when it still runs.
 * @throws the signal's reason when it aborts.
 */
export async function survivorEnded(
  survivor: Survivor,
  startedAt: number,
  { clock, signal, onWait }: SurvivorWait,
): Promise<boolean> {
  if (!isStillRunning(survivor)) return true;
  onWait();
  const giveUpAt = startedAt + LIFECYCLE.install.limitMs;
  while (isStillRunning(survivor)) {
    if (!(clock.now() < giveUpAt)) return false;
    await clock.sleep(POLL_MS, signal);
  }
  return true;
}
