import {
  OperationTypeNode,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import type { Caller } from "../access/caller.js";
import { RequestError } from "../schema/request-error.js";
import { measureOperation } from "./document-size.js";

/** What an operation may be at most, over HTTP and over a WebSocket alike. */
export const edgeLimits = {
  /** Words and signs of a document; counted while it is read. */
  tokens: 2000,
  depth: 12,
  rootFields: 20,
  aliases: 50,
  /** Fields times the rows that they can come in. */
  cost: 50_000,
} as const;

/** How an operation came in. */
export type Transport = "http" | "socket";

/** An operation on its way in. */
export interface IncomingOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly transport: Transport;
}

/** The one place for the rules at the edge. Throws RequestError for an operation that must not be run. */
export function enforceEdgeRules(incoming: IncomingOperation): void {
  const { schema, document, operation, variables, caller, transport } = incoming;
  const isSubscription = operation.operation === OperationTypeNode.SUBSCRIPTION;
  if (transport === "socket" && !isSubscription) {
    throw new RequestError("BAD_USER_INPUT", "A WebSocket carries subscriptions only. Send this by POST.");
  }
  if (transport === "http" && isSubscription) {
    throw new RequestError("BAD_USER_INPUT", "Subscriptions go over a WebSocket at the same address.");
  }
  const size = measureOperation(schema, document, operation, variables);
  refuseAbove("depth", size.depth, "deep");
  refuseAbove("rootFields", size.rootFields, "root fields wide");
  refuseAbove("aliases", size.aliases, "aliases rich");
  refuseAbove("cost", size.cost, "rows and fields large");
  if (size.introspects && caller.kind === "anonymous") {
    throw new RequestError(
      "UNAUTHENTICATED",
      "The schema tells about itself only to those who are logged in.",
    );
  }
}

function refuseAbove(limit: "depth" | "rootFields" | "aliases" | "cost", value: number, word: string): void {
  if (value <= edgeLimits[limit]) return;
  throw new RequestError(
    "TOO_COMPLEX",
    `The operation is ${value} ${word}; at most ${edgeLimits[limit]} is allowed. Ask in smaller parts.`,
  );
}

/** Validation's hints name types and fields; whoever is not logged in gets none. */
export function withoutSuggestions(message: string): string {
  return message.replace(/ ?Did you mean [^?]*\?/, "");
}
