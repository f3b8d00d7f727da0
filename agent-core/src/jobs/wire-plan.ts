import {
  type Plan,
  planDigest,
  type PlanItem,
  type PlanKept,
  type PlanRemoval,
  PluginError,
  type Restarts,
} from "@redflag/plugin-sdk";
import type { ResolvedPlanInput, Transaction } from "../protocol/operations.js";
import { visibleText } from "../text/visible-text.js";

type WireItem = ResolvedPlanInput["items"][number];
type ReversibilityInput = NonNullable<ResolvedPlanInput["reversibility"]>;
type WireKept = NonNullable<ResolvedPlanInput["alsoKept"]>[number];
type TransactionItem = Transaction["items"][number];

const MAX_REASON = 1_000;

/** A plugin's plan in the words of the contract. */
export function planToWire(plan: Plan): ResolvedPlanInput {
  const downgrades = new Set(plan.downgrades);
  const toWire = (item: PlanItem): WireItem => ({
    ...itemToWire(item),
    isDowngrade: downgrades.has(item.key),
  });
  return {
    items: plan.items.map(toWire),
    alsoInstalls: plan.alsoInstalls.map(toWire),
    alsoRemoves: plan.alsoRemoves.map(itemToWire),
    alsoKept: (plan.alsoKept ?? []).map(keptToWire),
    ...(plan.downloadBytes === undefined ? {} : { downloadBytes: plan.downloadBytes }),
    ...(plan.diskBytes === undefined ? {} : { diskBytes: plan.diskBytes }),
    restartsServices: plan.restarts.services === null ? null : [...plan.restarts.services],
    requiresReboot: plan.restarts.system,
    restartReasons: reasonsToWire(plan.restarts),
    reversibility: reversibilityToWire(plan),
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
  const installs = [...transaction.items, ...transaction.alsoInstalls];
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
    downgrades: installs.filter(({ isDowngrade }) => isDowngrade).map(({ key }) => key),
    restarts: { services: null, system: null },
    blockers: [],
    digest: transaction.digest,
    expiresAt: transaction.expiresAt,
    token: transaction.token ?? "",
  };
}

/** Why something restarts, as the server and people are told. */
export function reasonsToWire({ reasons = [] }: Pick<Restarts, "reasons">): string[] {
  return reasons.map((reason) => visibleText(reason, MAX_REASON));
}

function keptToWire(kept: PlanKept): WireKept {
  return {
    name: kept.name,
    ...(kept.arch === undefined ? {} : { architecture: kept.arch }),
    installedVersion: kept.installedVersion,
    candidateVersion: kept.candidateVersion,
    reason: visibleText(kept.reason, MAX_REASON),
  };
}

/** A source that does not say how far it can go back cannot. */
export function reversibilityToWire({ reversibility, source }: Plan): ReversibilityInput {
  if (!reversibility) return { level: "NOT", reasons: [`${source} cannot take installs back.`] };
  const level = { reversible: "REVERSIBLE", partly: "PARTLY", not: "NOT" } as const;
  return {
    level: level[reversibility.level],
    reasons: reversibility.reasons.map((reason) => visibleText(reason, 1_000)),
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
