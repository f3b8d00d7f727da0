import {
  isPluginError,
  planDigest,
  PluginError,
  type Call,
  type Plan,
  type PlanContent,
  type PlanItem,
  type PlanRemoval,
} from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import { readHolds } from "../packages/holds.js";
import { readPolicies } from "../packages/policies.js";
import { holdBlockers, pinBlockers } from "./blockers.js";
import { readToken } from "./plan-token.js";
import { resolveTransaction, type Transaction } from "./resolve.js";

/**
 * Refuses a plan that may not be begun: one that was altered, has expired or does not resolve to itself any more.
 *
 * @throws PluginError `PLAN_STALE`
 */
export async function recheckPlan(context: AptContext, plan: Plan, call: Call): Promise<Transaction> {
  if (planDigest(plan) !== plan.digest) throw stale("it does not match its own digest", []);
  const isInTime = context.clock.now() <= Date.parse(plan.expiresAt);
  if (!isInTime) throw stale(`it expired at ${plan.expiresAt}`, []);
  return resolveUnchanged(context, plan, call);
}

/**
 * Resolves an approved plan again and returns the transaction, which is then exactly the plan.
 *
 * @throws PluginError `PLAN_STALE` with the difference in words when it is not
 */
export async function resolveUnchanged(context: AptContext, plan: Plan, call: Call): Promise<Transaction> {
  const { contents } = readToken(plan.token);
  const wishes = plan.items.map(({ key, toVersion, fromVersion }) => ({
    key,
    candidate: toVersion,
    isNew: fromVersion === null,
  }));
  const transaction = await resolveAgain(context, wishes, call);
  if (planDigest(transaction) !== plan.digest) {
    throw stale("the machine or its index moved", describeDifference(plan, transaction));
  }
  if (transaction.contents !== contents) {
    throw stale("the index now has other files under the same versions", []);
  }
  const keys = [...transaction.items, ...transaction.alsoInstalls].map(({ key }) => key);
  const policies = await readPolicies(context, keys, false, call);
  const held = [
    ...holdBlockers(transaction, await readHolds(context, call)),
    ...pinBlockers(transaction, policies),
  ];
  if (held.length > 0) {
    const difference = held.map(({ key }) => `${key}: held now`);
    throw stale("the machine's owner holds packages of it", difference);
  }
  return transaction;
}

async function resolveAgain(
  context: AptContext,
  wishes: Parameters<typeof resolveTransaction>[1],
  call: Call,
): Promise<Transaction> {
  try {
    return await resolveTransaction(context, wishes, false, call);
  } catch (error) {
    if (!isPluginError(error) || error.code !== "COMMAND_FAILED") throw error;
    throw new PluginError("PLAN_STALE", `The plan can no longer be resolved: ${error.message}`, {
      cause: error,
    });
  }
}

/** One line for each package that fares differently, in words: `key: approved 1 → 2, now untouched`. */
export function describeDifference(approved: PlanContent, now: PlanContent, word = "approved"): string[] {
  const before = fatesOf(approved);
  const after = fatesOf(now);
  return [...new Set([...before.keys(), ...after.keys()])].toSorted().flatMap((key) => {
    const was = before.get(key) ?? "untouched";
    const is = after.get(key) ?? "untouched";
    return was === is ? [] : [`${key}: ${word} ${was}, now ${is}`];
  });
}

function fatesOf({ items, alsoInstalls, alsoRemoves }: PlanContent): Map<string, string> {
  const installs = [...items, ...alsoInstalls].map((item) => [item.key, fateOf(item)] as const);
  return new Map([...installs, ...alsoRemoves.map((item) => [item.key, fateOf(item)] as const)]);
}

function fateOf(item: PlanItem | PlanRemoval): string {
  if (!("toVersion" in item)) return `${item.fromVersion} → removed`;
  return `${item.fromVersion ?? "new"} → ${item.toVersion}`;
}

function stale(reason: string, difference: string[]): PluginError {
  const shown = difference.length > 0 ? `: ${difference.slice(0, 5).join("; ")}` : "";
  const message = `The plan is out of date, because ${reason}${shown}. Plan again.`;
  return new PluginError("PLAN_STALE", message, { details: { difference } });
}
