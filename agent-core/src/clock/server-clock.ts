import type { Clock } from "./clock.js";

/**
 * The server's time, as far as its answers tell. Deadlines that the server set are judged by it, so that a machine whose
 * clock is wrong, or jumps, neither locks itself out nor acts too late.
 */
export class ServerClock {
  #offset = 0;
  #reference: { serverAt: number; monotonicAt: number } | undefined;

  constructor(readonly clock: Clock) {}

  /** Notes what the server's clock showed just now, in milliseconds since the epoch. */
  observe(serverAt: number): void {
    if (!Number.isFinite(serverAt)) return;
    this.#reference = { serverAt, monotonicAt: this.clock.monotonic() };
    this.#offset = serverAt - this.clock.now();
  }

  /** The server's time in milliseconds since the epoch; before the first answer the machine's own. */
  now(): number {
    if (!this.#reference) return this.clock.now();
    return this.#reference.serverAt + (this.clock.monotonic() - this.#reference.monotonicAt);
  }

  /** How far the server's clock was ahead of the machine's at the last answer, in milliseconds. */
  get offset(): number {
    return this.#offset;
  }
}
