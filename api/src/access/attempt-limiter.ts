import { RequestError } from "../schema/request-error.js";
import { DomainError } from "../schema/user-errors.js";

interface Failures {
  count: number;
  lastAt: number;
}

const LONGEST_DELAY_MS = 60_000;
/** A quiet quarter of an hour forgives. */
const FORGIVEN_AFTER_MS = 15 * 60_000;
const MOST_KEYS = 10_000;

/**
 * Slows guessing down: after some failures for a key each further attempt must wait, 1 s at first, then twice as
 * long each time, at most a minute. Kept in this process's memory, bounded to 10,000 keys.
 */
export class AttemptLimiter {
  readonly #failures = new Map<string, Failures>();
  readonly #clock: () => number;

  readonly #freeFailures: number;

  /** `freeFailures`: how many attempts in a row need not wait. */
  constructor(clock: () => number, freeFailures: number) {
    this.#clock = clock;
    this.#freeFailures = freeFailures;
  }

  /**
   * Counts one attempt before it is judged, so that attempts side by side count too. Throws RATE_LIMITED with
   * `retryAfterSeconds` while the key has to wait; such an attempt is not judged at all.
   */
  begin(...keys: string[]): void {
    const now = this.#clock();
    this.#refuseWaiting(keys, now);
    for (const key of keys) this.#count(key, now);
  }

  /**
   * Runs what many may do at once from one address, and counts it only when it ends with a DomainError. Throws
   * RATE_LIMITED like `begin`.
   */
  async judge<T>(key: string, run: () => Promise<T>): Promise<T> {
    this.#refuseWaiting([key], this.#clock());
    try {
      const done = await run();
      this.succeed(key);
      return done;
    } catch (error) {
      if (error instanceof DomainError) this.#count(key, this.#clock());
      throw error;
    }
  }

  #refuseWaiting(keys: readonly string[], now: number): void {
    for (const key of keys) {
      const waitMs = this.#waitMs(key, now);
      if (waitMs <= 0) continue;
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      throw new RequestError("RATE_LIMITED", `Too many attempts. Try again in ${retryAfterSeconds} s.`, {
        retryAfterSeconds,
      });
    }
  }

  /** The attempt was right: forgets what was counted. */
  succeed(...keys: string[]): void {
    for (const key of keys) this.#failures.delete(key);
  }

  #waitMs(key: string, now: number): number {
    const failures = this.#failures.get(key);
    if (!failures || now - failures.lastAt > FORGIVEN_AFTER_MS || failures.count < this.#freeFailures)
      return 0;
    const delay = Math.min(1000 * 2 ** (failures.count - this.#freeFailures), LONGEST_DELAY_MS);
    return failures.lastAt + delay - now;
  }

  #count(key: string, now: number): void {
    const before = this.#failures.get(key);
    const isForgiven = !before || now - before.lastAt > FORGIVEN_AFTER_MS;
    this.#failures.delete(key);
    this.#failures.set(key, { count: isForgiven ? 1 : before.count + 1, lastAt: now });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MOST_KEYS && oldest !== undefined) this.#failures.delete(oldest);
  }
}
