import type { StoredSource } from "../state/report-store.js";

/** A timer is never exact, and a scan that is nearly due now would otherwise wait for another whole round. */
const NEARLY = 0.9;

/**
 * Tells which sources are to be scanned now: those whose last scan is old enough, was not complete, or is of before the
 * machine's last start, and those that were never scanned.
 *
 * @param now in milliseconds since the epoch
 */
export function dueSources(
  stored: readonly StoredSource[],
  isNewBoot: boolean,
  now: number,
  intervalMs: number,
): (source: string) => boolean {
  const bySource = new Map(stored.map((one) => [one.source, one.latest]));
  return (source) => {
    const latest = bySource.get(source);
    if (!latest || isNewBoot || latest.status === "FAILED" || latest.status === "PARTIAL") return true;
    const age = now - Date.parse(latest.startedAt);
    // A clock that was set back must not put scans off until it has caught up.
    return !(age >= 0 && age < intervalMs * NEARLY);
  };
}
