import {
  PluginError,
  type Call,
  type InstallEvent,
  type Plan,
  type Receipt,
  type ReceiptItem,
} from "@redflag/plugin-sdk";

import type { AptContext } from "./apt-context.js";
import { classifyFailure } from "./classify-failure.js";
import { readInstalled, type InstalledPackages } from "./installed.js";
import { isUntouched, judgeItems, judgeWhole, unknownItems } from "./outcome.js";
import { recheckPlan, resolveUnchanged } from "./recheck-plan.js";
import { expectedRestarts } from "./restart.js";
import { restartAfter } from "./restart-after.js";
import type { PhaseResult } from "./run-phase.js";
import { lockTimeout, runUnlocked } from "./run-unlocked.js";

const DOWNLOAD = { kind: "download", from: 0, to: 40, isRevocable: true } as const;
const COMMIT = { kind: "package", from: 40, to: 98, isRevocable: false } as const;
const CHECK_MILLISECONDS = 5 * 60 * 1000;

/**
 * Installs exactly `plan`: resolves it again, downloads (which can be cancelled), resolves it once more, installs (which
 * cannot be cancelled), and reads dpkg's database for what really happened.
 */
export async function* install(context: AptContext, plan: Plan, call: Call): AsyncGenerator<InstallEvent> {
  const startedAt = now(context);
  yield { type: "phase", phase: "resolve", cancellable: true };
  if (!context.host.privileged) throw new PluginError("PERMISSION_DENIED", "Installing needs root.");
  const transaction = await recheckPlan(context, plan, call);
  const before = await readInstalled(context, call);
  const slots = {
    packages: transaction.pins,
    noRemove: plan.alsoRemoves.length === 0,
    lockTimeout: lockTimeout(context),
  };

  const all = [...plan.items, ...plan.alsoInstalls, ...plan.alsoRemoves];
  const keys = new Map(all.map(({ name, key }) => [name, key]));

  yield { type: "phase", phase: "download", cancellable: true };
  const download = yield* runUnlocked(context, "download", slots, { ...DOWNLOAD, keys }, call);
  if (download.exitCode !== 0) throw classifyFailure("download", download);
  // While a long download ran, somebody may have refreshed the index: then apt would now install something else.
  await resolveUnchanged(context, plan, call);
  if (call.signal.aborted) throw new PluginError("CANCELLED", "Cancelled before anything was installed.");

  yield { type: "phase", phase: "commit", cancellable: false };
  const commit = yield* runUnlocked(context, "install", slots, { ...COMMIT, keys }, call);

  yield { type: "phase", phase: "check", cancellable: false };
  const check = withoutAbort(context, call);
  const items = await judgeCommit(context, plan, { before, commit }, check);
  for (const item of items) yield { type: "item", ...item };
  const restart = await restartAfter(context, expectedRestarts(context, transaction), check);
  yield { type: "progress", percent: 100 };
  const receipt: Receipt = {
    planId: plan.id,
    planDigest: plan.digest,
    source: plan.source,
    startedAt,
    finishedAt: now(context),
    outcome: judgeWhole(items),
    items,
    token: plan.token,
  };
  yield { type: "finished", receipt, restart };
}

/**
 * What became of every package, by dpkg's database.
 *
 * @throws PluginError in apt's words, when nothing at all was changed
 */
async function judgeCommit(
  context: AptContext,
  plan: Plan,
  { before, commit }: { readonly before: InstalledPackages; readonly commit: PhaseResult },
  call: Call,
): Promise<ReceiptItem[]> {
  let after: InstalledPackages;
  try {
    after = await readInstalled(context, call);
  } catch (error) {
    return unknownItems(plan, before, error instanceof Error ? error.message : String(error));
  }
  const items = judgeItems(plan, { ...commit, before, after });
  if (items.some(({ outcome }) => outcome !== "unchanged")) return items;
  const failure = classifyFailure("install", commit);
  // Whoever did not get the lock changed nothing, whatever its holder does meanwhile.
  if (failure.code === "LOCKED" || isUntouched({ before, after })) throw failure;
  return items;
}

/** What was begun is always told to its end, also after an abort or past the deadline. */
function withoutAbort(context: AptContext, call: Call): Call {
  return {
    ...call,
    signal: new AbortController().signal,
    deadline: context.clock.now() + CHECK_MILLISECONDS,
  };
}

function now(context: AptContext): string {
  return new Date(context.clock.now()).toISOString();
}
