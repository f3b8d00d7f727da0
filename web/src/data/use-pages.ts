import { type Client, createRequest, type TypedDocumentNode } from "@urql/core";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useClient } from "urql";

import { type ChainSnapshot, type Connection, PageChain, type PageSource } from "./page-chain.js";

interface PagesOptions<Data, Variables, Page extends Connection> {
  readonly query: TypedDocumentNode<Data, Variables>;
  /** Everything but `after`. */
  readonly variables: Omit<Variables, "after">;
  /** Picks the connection out of the answer; null when what holds it does not exist. Always the same function. */
  readonly select: (data: Data) => Page | null;
}

interface Pages<Page extends Connection> extends ChainSnapshot<Page> {
  readonly more: () => void;
  readonly reload: () => void;
}

/** A live list of any length, page by page. */
export function usePages<Data, Variables extends object, Page extends Connection>(
  options: PagesOptions<Data, Variables, Page>,
): Pages<Page> {
  const { query, select } = options;
  const client = useClient();
  const key = JSON.stringify(options.variables);
  const chain = useMemo(
    () => new PageChain(sourceOf(client, query, JSON.parse(key) as object, select)),
    [client, query, select, key],
  );
  useEffect(() => {
    chain.start();
    return () => chain.stop();
  }, [chain]);
  const snapshot = useSyncExternalStore(chain.subscribe, chain.snapshot);
  return { ...snapshot, more: chain.more, reload: chain.reload };
}

function sourceOf<Data, Variables extends object, Page extends Connection>(
  client: Client,
  query: TypedDocumentNode<Data, Variables>,
  variables: object,
  select: (data: Data) => Page | null,
): PageSource<Page> {
  const request = (after: string | null) =>
    createRequest(query, { ...variables, after } as unknown as Variables);
  return {
    watch: (after, next) =>
      client
        .executeQuery(request(after), { requestPolicy: "cache-and-network" })
        .subscribe(({ data, error }) => next({ page: data ? select(data) : null, error })).unsubscribe,
    reload: (after) =>
      client.reexecuteOperation(
        client.createRequestOperation("query", request(after), { requestPolicy: "network-only" }),
      ),
  };
}
