import { PluginError } from "@redflag/plugin-sdk";
import type { Clock } from "./clock.js";

const LONGEST_TIMER = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(new PluginError("CANCELLED", "The wait was cancelled."));
      };
      if (signal.aborted) {
        reject(new PluginError("CANCELLED", "The wait was cancelled."));
        return;
      }
      const timer = setTimeout(
        () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        },
        Math.min(Math.max(0, milliseconds), LONGEST_TIMER),
      );
      signal.addEventListener("abort", onAbort, { once: true });
    }),
};
