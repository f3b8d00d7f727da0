import { expect, test } from "vitest";

import { subscribeResumable } from "./resumable-subscription.js";

/** A client that keeps the payload, as graphql-ws does to send it again when it reconnects. */
function createClient() {
  let payload: { variables?: Record<string, unknown> | null } = {};
  let next: (result: never) => void = () => undefined;
  return {
    resent: () => payload.variables,
    emit: (data: object) => next({ data } as never),
    subscribe: ((given: typeof payload, sink: { next: typeof next }) => {
      payload = given;
      next = sink.next;
      return () => undefined;
    }) as never,
  };
}

const sink = { next: () => undefined, error: () => undefined, complete: () => undefined };

test("what is sent again after a break resumes after the last event", () => {
  const client = createClient();
  const variables = { id: "cmd_1" };
  subscribeResumable(client, { query: "subscription ($id: ID!, $after: String) {…}", variables }, sink);
  client.emit({ commandProgressed: { sequence: "41" } });
  client.emit({ commandProgressed: { sequence: "42" } });
  expect(client.resent()).toEqual({ id: "cmd_1", after: "42" });
  expect(variables).toEqual({ id: "cmd_1" });
});

test("an operation that cannot resume is sent again as it was", () => {
  const client = createClient();
  subscribeResumable(client, { query: "subscription ($id: ID!) {…}", variables: { id: "x" } }, sink);
  client.emit({ agentChanged: { sequence: "9" } });
  expect(client.resent()).toEqual({ id: "x" });
});
