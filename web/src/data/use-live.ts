import type { TypedDocumentNode } from "@urql/core";
import { useEffect, useEffectEvent } from "react";
import { useClient } from "urql";

interface LiveOptions<Data, Variables> {
  readonly subscription: TypedDocumentNode<Data, Variables>;
  readonly variables: Variables;
  /** Whether to stay silent for now. */
  readonly pause?: boolean;
  readonly onEvent: (data: Data) => void;
}

const AGAIN_MILLISECONDS = 5_000;

/**
 * Follows a subscription while the component stands. Broken connections are mended below this; when the server itself
 * ends or refuses the subscription, it is asked for again after five seconds.
 */
export function useLive<Data, Variables extends object>(options: LiveOptions<Data, Variables>): void {
  const { subscription, pause = false } = options;
  const client = useClient();
  const onEvent = useEffectEvent(options.onEvent);
  const key = JSON.stringify(options.variables);
  useEffect(() => {
    if (pause) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stop: () => void = () => undefined;
    const begin = () => {
      const live = client.subscription(subscription, JSON.parse(key) as Variables);
      stop = live.subscribe(({ data, error }) => {
        if (data) onEvent(data);
        if (!error) return;
        clearTimeout(timer);
        timer = setTimeout(() => {
          stop();
          begin();
        }, AGAIN_MILLISECONDS);
      }).unsubscribe;
    };
    begin();
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [client, subscription, key, pause]);
}
