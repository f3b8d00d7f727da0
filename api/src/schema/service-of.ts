import type { GraphQLSchema } from "graphql";
import type { DependencyContainer, InjectionToken } from "tsyringe";

const CONTAINER = "redflagContainer";

/** Lets the schema's subscriptions find their services: type-graphql makes no resolver for `subscribe`. */
export function attachContainer(schema: GraphQLSchema, container: DependencyContainer): void {
  schema.extensions = { ...schema.extensions, [CONTAINER]: container };
}

/** A service of the server that this schema belongs to, for `subscribe` functions only. */
export function serviceOf<T>(info: { readonly schema: GraphQLSchema }, token: InjectionToken<T>): T {
  const container = info.schema.extensions[CONTAINER] as DependencyContainer | undefined;
  if (!container) throw new Error("The schema was built without a container.");
  return container.resolve(token);
}
