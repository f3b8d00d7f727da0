import { ServiceError } from "./service-error.js";

/** How often a timer runs the agent. */
export interface TimerInterval {
  /** As people write it: 15m, 6h. */
  readonly text: string;
  readonly seconds: number;
  /** The same in systemd's words for a calendar, which, unlike a span, it makes up for after a machine was off. */
  readonly onCalendar: string;
}

const MINUTES = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];
const HOURS = [1, 2, 3, 4, 6, 8, 12, 24];

/** What is taken when nobody says otherwise. */
export const DEFAULT_INTERVAL = "15m";

/** Reads an interval that a clock face divides evenly. @throws ServiceError naming those that can be had */
export function parseTimerInterval(text: string): TimerInterval {
  const [, digits = "", unit] = /^(\d{1,3})([mh])$/u.exec(text) ?? [];
  const count = Number(digits);
  if (unit === "m" && MINUTES.includes(count)) {
    return { text: `${count}m`, seconds: count * 60, onCalendar: `*:0/${count}` };
  }
  if (unit === "h" && HOURS.includes(count)) {
    const onCalendar = count === 24 ? "*-*-* 00:00" : `*-*-* 0/${count}:00`;
    return { text: `${count}h`, seconds: count * 3600, onCalendar };
  }
  throw new ServiceError(
    `The interval ${text.slice(0, 40)} is not one that a timer can keep. Choose ${MINUTES.join(", ")} minutes, as in ${DEFAULT_INTERVAL}, or ${HOURS.join(", ")} hours, as in 6h.`,
  );
}
