import type { Clock } from "../clock/clock.js";
import type { Scanner } from "../jobs/scanner.js";
import type { SourceGate } from "../jobs/source-gate.js";
import type { Log } from "../log/log.js";
import type { PluginHost } from "../plugins/plugin-host.js";
import { StateError } from "../state/state-error.js";

const LOOK_EVERY_MS = 60_000;
/** The wall clock ran on by this much more than the process: the machine slept, or its clock was set. */
const WOKE_AFTER_MS = 600_000;

/** What the schedule works with. */
export interface ScanScheduleParts {
  readonly host: PluginHost;
  readonly gate: SourceGate;
  readonly scanner: Scanner;
  readonly clock: Clock;
  readonly log: Log;
  readonly intervalMs: number;
  onScanned(): void;
}

/** Scans every source at the start, at each interval, and after the machine woke from sleep. */
export async function keepScanning(parts: ScanScheduleParts, signal: AbortSignal): Promise<void> {
  const { clock } = parts;
  while (!signal.aborted) {
    await scanAll(parts, signal);
    const dueAt = clock.now() + parts.intervalMs;
    let offset = clock.now() - clock.monotonic();
    while (!signal.aborted && clock.now() < dueAt) {
      const pause = Math.min(LOOK_EVERY_MS, dueAt - clock.now());
      await clock.sleep(pause, signal).catch(() => undefined);
      const offsetNow = clock.now() - clock.monotonic();
      if (Math.abs(offsetNow - offset) > WOKE_AFTER_MS) break;
      offset = offsetNow;
    }
  }
}

/** Scans every source once. @param isDue which of them; default all */
export async function scanAll(
  parts: Omit<ScanScheduleParts, "intervalMs">,
  signal: AbortSignal,
  isDue: (source: string) => boolean = () => true,
): Promise<void> {
  const { gate, host, scanner, log } = parts;
  const due = host.sources.filter((source) => isDue(source.id));
  await Promise.all(
    due.map(async (source) => {
      try {
        await gate.enter(source.id, signal, () => scanner.scan(source, { refresh: true, signal }));
        parts.onScanned();
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof StateError)
          log.error("scan not kept", { source: source.id, reason: error.message });
        else log.error("scan failed unexpectedly", { source: source.id, reason: String(error) });
      }
    }),
  );
}
