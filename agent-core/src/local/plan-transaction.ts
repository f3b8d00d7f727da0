import type { Plan, PlanItem, PlanRemoval } from "@redflag/plugin-sdk";
import type { Transaction } from "../protocol/operations.js";

type Item = Transaction["items"][number];

/** A plan that was made here, as the server would hand it back. */
export function transactionOf(plan: Plan): Transaction {
  const downgrades = new Set(plan.downgrades);
  const toItem = (item: PlanItem | PlanRemoval): Item => ({
    key: item.key,
    name: item.name,
    architecture: item.arch ?? null,
    fromVersion: item.fromVersion,
    toVersion: "toVersion" in item ? item.toVersion : null,
    isDowngrade: downgrades.has(item.key),
    origin: "origin" in item ? (item.origin ?? null) : null,
    downloadBytes: "sizeBytes" in item ? (item.sizeBytes ?? null) : null,
  });
  return {
    id: plan.id,
    items: plan.items.map(toItem),
    alsoInstalls: plan.alsoInstalls.map(toItem),
    alsoRemoves: plan.alsoRemoves.map(toItem),
    digest: plan.digest,
    expiresAt: plan.expiresAt,
    token: plan.token,
  };
}
