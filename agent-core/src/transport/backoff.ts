import type { Clock, Random } from "../clock/clock.js";

/** Growing pauses with jitter, so that a fleet does not come back all at once. */
export class Backoff {
  #failures = 0;

  constructor(
    readonly clock: Clock,
    readonly random: Random,
    readonly firstMs = 1_000,
    readonly longestMs = 300_000,
  ) {}

  reset(): void {
    this.#failures = 0;
  }

  /** The next pause in milliseconds: half fixed, half random, at least what the server asked for. */
  next(atLeastMs = 0): number {
    const full = Math.min(this.longestMs, this.firstMs * 2 ** Math.min(this.#failures, 20));
    this.#failures += 1;
    const pause = full / 2 + (full / 2) * this.random();
    return Math.max(pause, atLeastMs * (1 + 0.1 * this.random()));
  }

  /** Waits the next pause. @throws PluginError `CANCELLED` when the signal aborts. */
  async pause(signal: AbortSignal, atLeastMs = 0): Promise<void> {
    await this.clock.sleep(this.next(atLeastMs), signal);
  }
}
