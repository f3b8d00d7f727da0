import { useEffect, useState } from "react";

let offset = 0;

/** Sets the page's clock by the server's, so that ages and countdowns are right on a machine whose clock is wrong. */
export function setClock(serverNow: string): void {
  offset = Date.parse(serverNow) - Date.now();
}

/** The server's time in milliseconds, as well as the page knows it. */
export const clockNow = (): number => Date.now() + offset;

/** The time now, again and again. */
export function useNow(everyMilliseconds = 10_000): number {
  const [now, setNow] = useState(clockNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(clockNow()), everyMilliseconds);
    return () => clearInterval(timer);
  }, [everyMilliseconds]);
  return now;
}
