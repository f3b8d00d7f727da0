import type { Client } from "graphql-ws";

interface Payload {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
}

type LiveSink = Parameters<Client["subscribe"]>[1];
type Result = Parameters<LiveSink["next"]>[0];

/**
 * Subscribes so that a broken connection loses nothing: graphql-ws sends the same payload again when it reconnects, and
 * by then its `after` names the last event that arrived. Only for operations that declare `$after`.
 */
export function subscribeResumable(
  client: Pick<Client, "subscribe">,
  payload: Payload,
  sink: LiveSink,
): () => void {
  if (!/\$after\b/.test(payload.query)) return client.subscribe(payload, sink);
  const variables: Record<string, unknown> = { ...payload.variables };
  return client.subscribe(
    { ...payload, variables },
    {
      next: (result) => {
        const sequence = lastSequence(result);
        if (sequence !== undefined) variables["after"] = sequence;
        sink.next(result);
      },
      error: (error) => sink.error(error),
      complete: () => sink.complete(),
    },
  );
}

/** The position of an event to resume after. */
function lastSequence(result: Result): string | undefined {
  const [event] = Object.values(result.data ?? {});
  const sequence =
    typeof event === "object" && event !== null && "sequence" in event ? event.sequence : undefined;
  return typeof sequence === "string" ? sequence : undefined;
}
