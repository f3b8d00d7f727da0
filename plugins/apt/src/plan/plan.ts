import { planDigest, PluginError, type Call, type Plan, type PlanRequest } from "@redflag/plugin-sdk";
import { randomUUID } from "node:crypto";

import type { AptContext } from "../apt-context.js";
import { readHolds } from "../packages/holds.js";
import { readInstalled, type InstalledPackages } from "../packages/installed.js";
import { openIndex } from "../packages/package-index.js";
import { readPolicies } from "../packages/policies.js";
import { findBlockers, isDowngrade } from "./blockers.js";
import { forecastRestarts } from "./forecast.js";
import { keptSiblings, siblingsOf } from "./kept-siblings.js";
import { measureDownload, measureFetch } from "./measure-download.js";
import { writeToken } from "./plan-token.js";
import { resolveTransaction, type Transaction } from "./resolve.js";
import { findPrevious, fitToDisk, promiseOf, reversibilityOf, toFetch } from "./reversibility.js";

const VALID_MILLISECONDS = 3600 * 1000;

/** Resolves the exact transaction for some updates, changing nothing. */
export async function plan(context: AptContext, request: PlanRequest, call: Call): Promise<Plan> {
  if (request.items.length === 0) throw new PluginError("UNSUPPORTED", "A plan needs at least one update.");
  const [{ isPrivate }, installed] = await Promise.all([
    openIndex(context, false, call),
    readInstalled(context, call),
  ]);
  const wishes = request.items.map((wish) => ({ ...wish, isNew: !installed.has(wish.key) }));
  const transaction = await resolveTransaction(context, wishes, isPrivate, call);
  const downloadBytes = await measureDownload(context, transaction, isPrivate, call);
  const diskBytes = measureDisk(transaction, installed);
  const holds = await readHolds(context, call);
  const siblings = siblingsOf(transaction, installed);
  const installs = [...transaction.items, ...transaction.alsoInstalls];
  const policies = await readPolicies(
    context,
    [...installs.map(({ key }) => key), ...siblings],
    isPrivate,
    call,
  );
  const alsoKept = keptSiblings(siblings, installed, policies, holds);
  const downgrades = installs.filter(isDowngrade).map(({ key }) => key);
  const needs = { downloadBytes, diskBytes };
  const previous = await fitToDisk(context, await findPrevious(context, transaction, isPrivate, call), needs);
  const facts = { holds, policies, needs };
  const fetchBytes = await measureFetch(context, toFetch(previous), isPrivate, call);
  const blockers = await findBlockers(context, transaction, facts, call);
  return {
    id: randomUUID(),
    source: "apt",
    items: transaction.items,
    alsoInstalls: transaction.alsoInstalls,
    alsoRemoves: transaction.alsoRemoves,
    alsoKept,
    downgrades,
    ...(downloadBytes !== null && { downloadBytes: downloadBytes + fetchBytes }),
    ...(diskBytes !== null && { diskBytes }),
    restarts: await forecastRestarts(context, transaction, installed, call),
    reversibility: reversibilityOf(previous, transaction),
    blockers,
    digest: planDigest(transaction),
    expiresAt: new Date(context.clock.now() + VALID_MILLISECONDS).toISOString(),
    token: writeToken({ contents: transaction.contents, promise: promiseOf(previous) }),
  };
}

function measureDisk(transaction: Transaction, installed: InstalledPackages): number | null {
  const { items, alsoInstalls, alsoRemoves, records } = transaction;
  const sizeNow = (key: string): number => installed.get(key)?.installedKiB ?? 0;
  let kibibytes = alsoRemoves.reduce((sum, { key }) => sum - sizeNow(key), 0);
  for (const { key, arch = "", toVersion } of [...items, ...alsoInstalls]) {
    const after = records({ key, arch, candidate: toVersion })?.installedKiB ?? null;
    if (after === null) return null;
    kibibytes += after - sizeNow(key);
  }
  return kibibytes * 1024;
}
