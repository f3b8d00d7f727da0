import {
  PluginError,
  type Call,
  type InstallEvent,
  type PlanContent,
  type Receipt,
  type ReceiptItem,
} from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import { carryOut, timeNow } from "../install/carry-out.js";
import { readHolds } from "../packages/holds.js";
import { readInstalled } from "../packages/installed.js";
import { showRecords } from "../packages/show-records.js";
import { holdBlockers } from "../plan/blockers.js";
import { expectedRestarts } from "../plan/expect-restarts.js";
import { lockTimeout } from "../run/run-unlocked.js";
import { collectDebs } from "./collect-debs.js";
import { inverseOf, type Inverse } from "./inverse.js";
import { resolveInverse } from "./resolve-inverse.js";
import { restoreMarks } from "./restore-marks.js";
import { staleRollback } from "./stale-rollback.js";

/**
 * Takes back what an installation changed: has the previous packages ready (which can be cancelled), asks apt what going
 * back would do and refuses anything else, goes back (which cannot be cancelled), and reads dpkg's database for what
 * really happened.
 */
export async function* rollback(
  context: AptContext,
  receipt: Receipt,
  call: Call,
): AsyncGenerator<InstallEvent> {
  const startedAt = timeNow(context);
  yield { type: "phase", phase: "resolve", cancellable: true };
  if (!context.host.privileged) throw new PluginError("PERMISSION_DENIED", "Rolling back needs root.");
  const inverse = await inverseNow(context, receipt, call);

  yield { type: "phase", phase: "download", cancellable: true };
  const debs = await collectDebs(context, inverse, call);
  if (debs.lost.length > 0 && debs.files.size === 0) throw allLost(inverse);
  // While a long download ran, somebody may have changed packages.
  const before = await readInstalled(context, call);
  if (JSON.stringify(inverseOf(receipt, before)) !== JSON.stringify(inverse)) {
    throw staleRollback("the machine's packages changed meanwhile");
  }
  const { content, slots } = await resolveInverse(context, inverse, debs, call);
  const { items, alsoInstalls } = content;
  const records = await showRecords(
    context,
    [...items, ...alsoInstalls].map(({ key, arch = "", toVersion }) => ({ key, arch, candidate: toVersion })),
    false,
    call,
  );
  if (call.signal.aborted) throw new PluginError("CANCELLED", "Cancelled before anything was rolled back.");
  yield* carryOut(
    context,
    {
      rule: "roll-back",
      slots: { ...slots, noRemove: content.alsoRemoves.length === 0, lockTimeout: lockTimeout(context) },
      content,
      before,
      restarts: expectedRestarts(context, { items, alsoInstalls, records }),
      startedAt,
      about: {
        planId: receipt.planId,
        planDigest: receipt.planDigest,
        source: receipt.source,
        token: receipt.token,
      },
      leftBehind: leftBehind(inverse, content),
      finish: (after) => restoreMarks(context, receipt.planId, content, after),
    },
    call,
  );
}

/** @throws PluginError `PLAN_STALE` when the machine is not as the installation left it */
async function inverseNow(context: AptContext, receipt: Receipt, call: Call): Promise<Inverse> {
  const inverse = inverseOf(receipt, await readInstalled(context, call));
  if (inverse.moved.length > 0) {
    throw staleRollback("packages were changed since the installation", inverse.moved);
  }
  const { items, alsoInstalls, alsoRemoves } = inverse;
  if (items.length + alsoInstalls.length + alsoRemoves.length === 0) {
    throw staleRollback("everything already is as it was before the installation");
  }
  const held = holdBlockers(inverse, await readHolds(context, call));
  if (held.length > 0) {
    throw staleRollback(
      "the machine's owner holds packages of it",
      held.map(({ key }) => `${key}: held now`),
    );
  }
  return inverse;
}

/** What belongs to the inverse and stays as it is, with the reason. */
function leftBehind(inverse: Inverse, content: PlanContent): ReceiptItem[] {
  const done = new Set(
    [...content.items, ...content.alsoInstalls, ...content.alsoRemoves].map(({ key }) => key),
  );
  const stays = <Item extends { readonly key: string }>(all: readonly Item[]): Item[] =>
    all.filter(({ key }) => !done.has(key));
  const line = (
    item: Pick<ReceiptItem, "key" | "name" | "arch" | "fromVersion">,
    role: ReceiptItem["role"],
    message: string,
  ): ReceiptItem => ({
    key: item.key,
    name: item.name,
    ...(item.arch !== undefined && { arch: item.arch }),
    fromVersion: item.fromVersion,
    toVersion: item.fromVersion,
    role,
    outcome: "unchanged",
    message,
  });
  const lost = (version: string): string => `Version ${version} is neither kept nor offered any more.`;
  return [
    ...stays(inverse.items).map((item) => line(item, "selected", lost(item.toVersion))),
    ...stays(inverse.alsoInstalls).map((item) => line(item, "also-installed", lost(item.toVersion))),
    ...stays(inverse.alsoRemoves).map((item) =>
      line(item, "also-removed", "It stays, because what cannot go back needs it."),
    ),
  ];
}

function allLost({ items, alsoInstalls }: Inverse): PluginError {
  const names = [...items, ...alsoInstalls].map(({ key, toVersion }) => `${key} ${toVersion}`);
  const shown = names.slice(0, 5).join(", ");
  return new PluginError(
    "UNSUPPORTED",
    `It cannot be rolled back, because the previous versions are neither kept nor offered by an archive any more: ${shown}. Nothing was changed.`,
  );
}
