import { isPluginError, PluginError, type Call, type Plan } from "@redflag/plugin-sdk";

import { readTool, type AptContext } from "../apt-context.js";
import { makeRoom } from "../keep/evict.js";
import { gatherDebs } from "../keep/gather-debs.js";
import { dropKept, keepFiles, readKept, writeKept } from "../keep/kept-store.js";
import { readToken } from "../plan/plan-token.js";
import type { Transaction } from "../plan/resolve.js";
import { findPrevious, promiseOf } from "../plan/reversibility.js";

/**
 * Puts aside what an approved plan promised to keep, before anything is changed. A promise that cannot be kept stops the
 * installation, because it was part of what was approved.
 *
 * @throws PluginError `PLAN_STALE` when other packages than promised can be had, else why they cannot be kept
 */
export async function keepPrevious(
  context: AptContext,
  plan: Plan,
  transaction: Transaction,
  call: Call,
): Promise<void> {
  const { promise } = readToken(plan.token);
  if (promise === null) return;
  const previous = await findPrevious(context, transaction, false, call);
  if (promiseOf(previous) !== promise) {
    throw new PluginError(
      "PLAN_STALE",
      "The plan is out of date, because other previous packages can be had than it promised to keep for a rollback. Plan again.",
    );
  }
  try {
    await keepFiles(context, "make-incoming", {}, call);
    const sources = previous.found.flatMap(({ place }) => (place.kind === "kept" ? [place.folder] : []));
    await makeRoom(context, { bytes: previous.bytes, spared: new Set([...sources, plan.id]) }, call);
    const digest = await gatherDebs(context, previous.found, call);
    const auto = new Set((await readTool(context, "list-auto", {}, call)).split("\n"));
    const manual = transaction.alsoRemoves.map(({ key }) => key).filter((key) => !auto.has(key));
    await dropKept(context, [plan.id], call);
    const keptAt = context.clock.now();
    const folder = { keptAt, bytes: previous.bytes, digest, manual };
    await writeKept(context, new Map(await readKept(context)).set(plan.id, folder));
    await keepFiles(context, "keep-incoming", { folder: plan.id }, call);
    await makeRoom(context, { bytes: 0, spared: new Set([plan.id]) }, call);
  } catch (error) {
    if (!isPluginError(error)) throw error;
    const { code, retryable, details } = error;
    const message = `What a rollback needs could not be kept, so nothing was installed. ${error.message}`;
    throw new PluginError(code, message, { retryable, details, cause: error });
  }
}
