import "reflect-metadata";
import { Extensions } from "type-graphql";
import type { Permission } from "./permissions.js";

/** Who may use a field. Each field of the schema has one, its own or its type's. */
export type Rule =
  /** Operators and scripts with at least one of the permissions. Agents and the unknown may not. */
  | { readonly kind: "requires"; readonly anyOf: readonly [Permission, ...Permission[]] }
  /** Any operator and any script, whatever it may do. */
  | { readonly kind: "logged-in" }
  /** Agents, and nobody else. */
  | { readonly kind: "agents" }
  /** Anybody, for the reason given. */
  | { readonly kind: "public"; readonly why: string }
  /** Whoever may use the field that leads here. Not for fields of Query, Mutation and Subscription. */
  | { readonly kind: "inherits" };

declare module "graphql" {
  // eslint-disable-next-line typescript/consistent-type-definitions -- merging needs an interface
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    rule?: Rule;
  }
  interface GraphQLObjectTypeExtensions<_TSource, _TContext> {
    rule?: Rule;
  }
}

type RuleDecorator = ClassDecorator & MethodDecorator & PropertyDecorator;

function withRule(rule: Rule): RuleDecorator {
  return Extensions({ rule });
}

/**
 * Only operators and scripts with this permission, or with one of several. On a root field, a type, or one
 * field of a type.
 */
export function Requires(...anyOf: [Permission, ...Permission[]]): RuleDecorator {
  return withRule({ kind: "requires", anyOf });
}

/** Any operator or script that has proved who it is. */
export function ForLoggedIn(): RuleDecorator {
  return withRule({ kind: "logged-in" });
}

/** Only agents. */
export function ForAgents(): RuleDecorator {
  return withRule({ kind: "agents" });
}

/** Anybody. `why` says what makes that safe. */
export function Public(why: string): RuleDecorator {
  return withRule({ kind: "public", why });
}

/**
 * For a type that only ever comes out of other types and payloads (pages, edges, payloads, parts): whoever
 * may use the field that leads to it may see it.
 */
export function Inherits(): RuleDecorator {
  return withRule({ kind: "inherits" });
}
