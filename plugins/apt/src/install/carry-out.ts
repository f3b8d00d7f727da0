import {
  type Call,
  type InstallEvent,
  type PlanContent,
  type Receipt,
  type ReceiptItem,
  type Restarts,
  type SlotValues,
} from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import { readInstalled, type InstalledPackages } from "../packages/installed.js";
import { classifyFailure } from "../parse/classify-failure.js";
import { restartAfter } from "../restart/restart-after.js";
import type { PhaseResult } from "../run/run-phase.js";
import { runUnlocked } from "../run/run-unlocked.js";
import { isUntouched, judgeItems, judgeWhole, unknownItems } from "./outcome.js";

const COMMIT = { kind: "package", from: 40, to: 98, isRevocable: false } as const;
const CHECK_MILLISECONDS = 5 * 60 * 1000;

/** What is about to change the machine, resolved to the last package. */
export interface Undertaking {
  readonly rule: "install" | "roll-back";
  readonly slots: SlotValues;
  readonly content: PlanContent;
  /** dpkg's database as it is now. */
  readonly before: InstalledPackages;
  readonly restarts: Restarts & { readonly reasons: readonly string[] };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** What the receipt is about. */
  readonly about: Pick<Receipt, "planId" | "planDigest" | "source" | "token">;
  /** Lines of the receipt for what is not touched although it belongs to the whole. */
  readonly leftBehind?: readonly ReceiptItem[];
  /** What remains to be done after apt; package key to what went wrong with it. */
  finish?(call: Call): Promise<ReadonlyMap<string, string>>;
}

/**
 * Runs apt, which nothing interrupts, and reads dpkg's database for what really happened. Ends in `finished`.
 *
 * @throws PluginError in apt's words, when nothing at all was changed
 */
export async function* carryOut(
  context: AptContext,
  undertaking: Undertaking,
  call: Call,
): AsyncGenerator<InstallEvent> {
  const { rule, slots, content, about, startedAt } = undertaking;
  yield { type: "phase", phase: "commit", cancellable: false };
  const span = { ...COMMIT, keys: keysOf(content) };
  const commit = yield* runUnlocked(context, rule, slots, span, call);

  yield { type: "phase", phase: "check", cancellable: false };
  const check = withoutAbort(context, call);
  const judged = await judgeCommit(context, undertaking, commit, check);
  const remarks = (await undertaking.finish?.(check)) ?? new Map<string, string>();
  const items = [
    ...judged.map((item) => withRemark(item, remarks.get(item.key))),
    ...(undertaking.leftBehind ?? []),
  ];
  for (const item of items) yield { type: "item", ...item };
  const restart = await restartAfter(context, undertaking.restarts, check);
  yield { type: "progress", percent: 100 };
  const receipt: Receipt = {
    ...about,
    startedAt,
    finishedAt: timeNow(context),
    outcome: judgeWhole(items),
    items,
  };
  yield { type: "finished", receipt, restart };
}

/** ISO 8601, UTC. */
export function timeNow(context: AptContext): string {
  return new Date(context.clock.now()).toISOString();
}

/** apt names packages without architecture. */
export function keysOf({ items, alsoInstalls, alsoRemoves }: PlanContent): ReadonlyMap<string, string> {
  return new Map([...items, ...alsoInstalls, ...alsoRemoves].map(({ name, key }) => [name, key]));
}

/** What became of every package, by dpkg's database. */
async function judgeCommit(
  context: AptContext,
  { content, before, rule }: Undertaking,
  commit: PhaseResult,
  call: Call,
): Promise<ReceiptItem[]> {
  let after: InstalledPackages;
  try {
    after = await readInstalled(context, call);
  } catch (error) {
    return unknownItems(content, before, error instanceof Error ? error.message : String(error));
  }
  const items = judgeItems(content, { ...commit, before, after });
  if (items.some(({ outcome }) => outcome !== "unchanged")) return items;
  const failure = classifyFailure(rule, commit);
  // Whoever did not get the lock changed nothing, whatever its holder does meanwhile.
  if (failure.code === "LOCKED" || isUntouched({ before, after })) throw failure;
  return items;
}

function withRemark(item: ReceiptItem, remark: string | undefined): ReceiptItem {
  return remark === undefined ? item : { ...item, message: [item.message, remark].filter(Boolean).join(" ") };
}

/** What was begun is always told to its end, also after an abort or past the deadline. */
function withoutAbort(context: AptContext, call: Call): Call {
  return {
    ...call,
    signal: new AbortController().signal,
    deadline: context.clock.now() + CHECK_MILLISECONDS,
  };
}
