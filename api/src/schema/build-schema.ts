import "reflect-metadata";
import { setMaxListeners } from "node:events";
import { createPubSub } from "@graphql-yoga/subscription";
import type { GraphQLSchema } from "graphql";
import type { DependencyContainer } from "tsyringe";
import { buildSchema, type NonEmptyArray } from "type-graphql";
import { assertEveryFieldHasARule } from "../access/assert-every-field-has-a-rule.js";
import { enforceRules } from "../access/enforce-rules.js";
import type { ApiModule, ResolverClass } from "../module.js";
import { loadContract } from "./contract.js";
import { copyDescriptions } from "./copy-descriptions.js";
import { DateTime } from "./scalars.js";
import { attachContainer } from "./service-of.js";
import { userErrorTypeClasses } from "./user-error.type.js";

/**
 * Builds what the server serves: the modules' resolvers, made by the container, with the contract's
 * descriptions and the access rules in force. Throws when a field has no rule.
 */
export async function buildApiSchema(
  modules: readonly ApiModule[],
  container: DependencyContainer,
): Promise<GraphQLSchema> {
  const resolvers = modules.flatMap((module) => module.resolvers);
  // One of each for this schema; tsyringe's own singletons would be shared by all servers of a process.
  const instances = new Map(
    resolvers.map((resolver) => [resolver, container.resolve(resolver as new () => object)]),
  );
  const schema = await buildSchema({
    resolvers: resolvers as unknown as NonEmptyArray<new () => object>,
    container: { get: (resolver: ResolverClass) => instances.get(resolver) },
    validate: false,
    scalarsMap: [{ type: Date, scalar: DateTime }],
    orphanedTypes: [...userErrorTypeClasses] as unknown as (new () => object)[],
    pubSub: createUnusedPubSub(),
  });
  attachContainer(schema, container);
  copyDescriptions(loadContract(), schema);
  assertEveryFieldHasARule(schema);
  enforceRules(schema);
  return schema;
}

/** type-graphql wants one as soon as there is a subscription; ours bring their own iterators. */
function createUnusedPubSub() {
  const eventTarget = new EventTarget();
  setMaxListeners(0, eventTarget);
  return createPubSub({ eventTarget });
}
