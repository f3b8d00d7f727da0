import { Client, fetchExchange, mapExchange, subscriptionExchange } from "@urql/core";
import { type Client as LiveClient, CloseCode, createClient as createLiveClient } from "graphql-ws";

import { setConnection } from "../data/connection.js";
import { failureCode, isServerTrouble } from "../data/failures.js";
import { noteAnswer } from "../data/server-health.js";
import { emitSignal } from "../data/signals.js";
import { createCache } from "./cache.js";
import { subscribeResumable } from "./resumable-subscription.js";

const SESSION_ENDED: readonly number[] = [CloseCode.Unauthorized, CloseCode.Forbidden];
const LONGEST_WAIT_MILLISECONDS = 15_000;

/** A client for one session, and how to end it. */
export interface SessionClient {
  readonly client: Client;
  readonly dispose: () => void;
}

/** Connects to the server that served the page; the session's cookie goes along by itself. */
export function createSessionClient(): SessionClient {
  const live = createLive();
  const client = new Client({
    url: "/graphql",
    preferGetMethod: false,
    fetchOptions: { credentials: "same-origin" },
    exchanges: [
      mapExchange({
        onResult: ({ operation, error }) => {
          // Subscriptions have a connection of their own, which is watched below.
          if (operation.kind === "subscription") return;
          noteAnswer(error !== undefined && isServerTrouble(error));
        },
        onError: (error) => {
          if (failureCode(error) === "UNAUTHENTICATED") emitSignal("session-ended");
        },
      }),
      createCache(),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = "", operationName, variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: subscribeResumable(
              live,
              { query, ...(operationName && { operationName }), variables: { ...variables } },
              {
                next: (result) => sink.next(result as Parameters<typeof sink.next>[0]),
                error: (error) => sink.error(error),
                complete: () => sink.complete(),
              },
            ),
          }),
        }),
      }),
    ],
  });
  return { client, dispose: () => void live.dispose() };
}

function createLive(): LiveClient {
  let wasLost = false;
  return createLiveClient({
    url: `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/graphql`,
    lazyCloseTimeout: 5_000,
    keepAlive: 20_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => wait(Math.min(LONGEST_WAIT_MILLISECONDS, 500 * 2 ** Math.min(retries, 6))),
    on: {
      connected: () => {
        setConnection("connected");
        if (wasLost) emitSignal("connection");
        wasLost = false;
      },
      closed: (event) => {
        const { code, wasClean } = event as CloseEvent;
        if (SESSION_ENDED.includes(code)) emitSignal("session-ended");
        wasLost = !(wasClean && code === 1000);
        setConnection(wasLost ? "lost" : "idle");
      },
    },
  });
}

/** Waits with some jitter, so that many pages do not come back in the same moment. */
const wait = (milliseconds: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds * (0.75 + Math.random() / 2));
  });
