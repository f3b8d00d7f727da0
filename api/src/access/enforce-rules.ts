import { defaultFieldResolver, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from "graphql";
import type { GraphQLResolveInfo } from "graphql";
import type { RequestContext } from "../schema/context.js";
import { RequestError } from "../schema/request-error.js";
import type { Caller } from "./caller.js";
import { neededRules } from "./needed-rules.js";
import { ruleOf } from "./rule-of.js";
import type { Rule } from "./rules.js";

/**
 * Wraps the root fields' `resolve` and `subscribe`, so that a caller is judged before anything runs: by the
 * field's own rule, and by the rules of the types that it selects below. Call it once on a schema that
 * `assertEveryFieldHasARule` has passed. Fields below the roots stay unwrapped and cost nothing.
 */
export function enforceRules(schema: GraphQLSchema): void {
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    if (!root) continue;
    for (const field of Object.values(root.getFields()))
      wrap(root, field, root === schema.getSubscriptionType());
  }
}

function wrap(
  root: GraphQLObjectType,
  field: GraphQLField<unknown, RequestContext>,
  isSubscription: boolean,
): void {
  const rule = ruleOf(root, field);
  if (!rule) throw new Error(`${root.name}.${field.name} has no rule.`);
  const { resolve = defaultFieldResolver, subscribe } = field;
  if (!isSubscription) {
    field.resolve = (source, args, context, info) => {
      judge(rule, context.caller, info);
      return resolve(source, args, context, info);
    };
    return;
  }
  if (!subscribe) throw new Error(`${root.name}.${field.name} cannot be subscribed to.`);
  field.subscribe = (source, args, context, info) => {
    judge(rule, context.caller, info);
    return subscribe(source, args, context, info);
  };
  field.resolve = (source, args, context, info) => {
    context.renew();
    return resolve(source, args, context, info);
  };
}

function judge(rule: Rule, caller: Caller, info: GraphQLResolveInfo): void {
  judgeRule(rule, caller);
  // What is public or made for agents hands out only the caller's own things: its viewer, its agent.
  if (rule.kind === "public" || rule.kind === "agents") return;
  for (const needed of neededRules(info)) judgeRule(needed, caller);
}

/** Throws UNAUTHENTICATED or FORBIDDEN when the caller may not. Deny by default. */
function judgeRule(rule: Rule, caller: Caller): void {
  switch (rule.kind) {
    case "public":
      return;
    case "requires":
      if (rule.anyOf.some((permission) => caller.permissions.has(permission))) return;
      if (caller.kind === "anonymous") throw unauthenticated();
      throw forbidden(`This requires the permission ${rule.anyOf.join(" or ")}.`);
    case "logged-in":
      if (caller.kind === "operator" || caller.kind === "api-token") return;
      throw caller.kind === "anonymous" ? unauthenticated() : forbidden("This is for operators and scripts.");
    case "agents":
      if (caller.kind === "agent") return;
      throw caller.kind === "anonymous" ? unauthenticated() : forbidden("This is for agents only.");
    default:
      throw forbidden("Nobody may use this.");
  }
}

function unauthenticated(): RequestError {
  return new RequestError("UNAUTHENTICATED", "Log in, or send a valid token, and ask again.");
}

function forbidden(message: string): RequestError {
  return new RequestError("FORBIDDEN", message);
}
