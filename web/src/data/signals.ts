import { useEffect, useEffectEvent } from "react";

/** What may have changed on the server. `connection` stands for everything: events may have been missed. */
export type Topic = "agents" | "updates" | "scans" | "connection" | "session-ended";

const target = new EventTarget();

/** Says that something changed. A hint only: whoever listens asks the server again. */
export const emitSignal = (topic: Topic): boolean => target.dispatchEvent(new Event(topic));

/** Calls back on each of these signals until the returned function is called. */
export function onSignal(topics: readonly Topic[], callback: () => void): () => void {
  for (const topic of topics) target.addEventListener(topic, callback);
  return () => {
    for (const topic of topics) target.removeEventListener(topic, callback);
  };
}

const QUIET_MILLISECONDS = 1_000;

/** Reloads soon after one of the topics changed, at most once a second however many signals come. */
export function useReloadOn(topics: readonly Topic[], reload: () => void): void {
  const onReload = useEffectEvent(reload);
  const key = topics.join();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onSignal([...(key.split(",") as Topic[]), "connection"], () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        onReload();
      }, QUIET_MILLISECONDS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [key]);
}
