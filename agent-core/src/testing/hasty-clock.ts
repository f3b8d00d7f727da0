import type { Clock } from "../clock/clock.js";
import { systemClock } from "../clock/system-clock.js";

const TIMES = 100;

/** A clock on which waiting takes a hundredth of the time; the time of day is the true one. */
export const hastyClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now() * TIMES,
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / TIMES, signal),
};
