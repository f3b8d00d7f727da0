import type { Clock as PluginClock } from "@redflag/plugin-sdk";

/** Time as the agent sees it. The wall clock may jump; durations are measured with {@link Clock.monotonic}. */
export interface Clock extends PluginClock {
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number;
}

/** Numbers from 0 (included) to 1 (not included). */
export type Random = () => number;
