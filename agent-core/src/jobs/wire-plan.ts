import { type Plan, planDigest, type PlanItem, type PlanRemoval, PluginError } from "@redflag/plugin-sdk";
import type { ResolvedPlanInput, Transaction } from "../protocol/operations.js";
import { visibleText } from "../text/visible-text.js";

type WireItem = ResolvedPlanInput["items"][number];
type TransactionItem = Transaction["items"][number];

/** A plugin's plan in the words of the contract. */
export function planToWire(plan: Plan): ResolvedPlanInput {
  return {
    items: plan.items.map(itemToWire),
    alsoInstalls: plan.alsoInstalls.map(itemToWire),
    alsoRemoves: plan.alsoRemoves.map(itemToWire),
    ...(plan.downloadBytes === undefined ? {} : { downloadBytes: plan.downloadBytes }),
    ...(plan.diskBytes === undefined ? {} : { diskBytes: plan.diskBytes }),
    restartsServices: plan.restarts.services === null ? null : [...plan.restarts.services],
    requiresReboot: plan.restarts.system,
    blockers: plan.blockers.map(({ code, message }) => ({ code, message: visibleText(message, 4_000) })),
    digest: plan.digest,
    expiresAt: new Date(plan.expiresAt).toISOString(),
    ...(plan.token === "" ? {} : { token: plan.token }),
  };
}

/**
 * The plan that the server hands back, as the plugin made it.
 *
 * @throws PluginError `UNTRUSTED_SOURCE` when its content is not what its digest says.
 */
export function planFromWire(source: string, transaction: Transaction): Plan {
  const content = {
    items: transaction.items.map(itemFromWire),
    alsoInstalls: transaction.alsoInstalls.map(itemFromWire),
    alsoRemoves: transaction.alsoRemoves.map(removalFromWire),
  };
  if (planDigest(content) !== transaction.digest) {
    throw new PluginError(
      "UNTRUSTED_SOURCE",
      "The plan's content is not what its digest says, so somebody changed it after it was shown. Nothing was done.",
    );
  }
  return {
    ...content,
    id: transaction.id,
    source,
    restarts: { services: null, system: null },
    blockers: [],
    digest: transaction.digest,
    expiresAt: transaction.expiresAt,
    token: transaction.token ?? "",
  };
}

function itemToWire(item: PlanItem | PlanRemoval): WireItem {
  return {
    key: item.key,
    name: item.name,
    ...(item.arch === undefined ? {} : { architecture: item.arch }),
    ...(item.fromVersion === null ? {} : { fromVersion: item.fromVersion }),
    ...("toVersion" in item ? { toVersion: item.toVersion } : {}),
    ...("origin" in item && item.origin !== undefined ? { origin: visibleText(item.origin, 255) } : {}),
    ...("sizeBytes" in item && item.sizeBytes !== undefined ? { downloadBytes: item.sizeBytes } : {}),
  };
}

function itemFromWire(item: TransactionItem): PlanItem {
  if (item.toVersion === null) throw malformed(`${item.key} has no version to install`);
  return {
    key: item.key,
    name: item.name,
    ...(item.architecture === null ? {} : { arch: item.architecture }),
    fromVersion: item.fromVersion,
    toVersion: item.toVersion,
    ...(item.origin === null ? {} : { origin: item.origin }),
    ...(item.downloadBytes === null ? {} : { sizeBytes: item.downloadBytes }),
  };
}

function removalFromWire(item: TransactionItem): PlanRemoval {
  if (item.fromVersion === null) throw malformed(`${item.key} has no version to remove`);
  return {
    key: item.key,
    name: item.name,
    ...(item.architecture === null ? {} : { arch: item.architecture }),
    fromVersion: item.fromVersion,
  };
}

function malformed(problem: string): PluginError {
  return new PluginError("UNSUPPORTED", `The transaction is malformed: ${problem}. Nothing was done.`);
}
