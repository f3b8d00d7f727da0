import { PluginError, type Call, type InstallEvent, type Plan } from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import { readInstalled } from "../packages/installed.js";
import { classifyFailure } from "../parse/classify-failure.js";
import { expectedRestarts } from "../plan/expect-restarts.js";
import { recheckPlan, resolveUnchanged } from "../plan/recheck-plan.js";
import { lockTimeout, runUnlocked } from "../run/run-unlocked.js";
import { carryOut, keysOf, timeNow } from "./carry-out.js";
import { keepPrevious } from "./keep-previous.js";

const DOWNLOAD = { kind: "download", from: 0, to: 40, isRevocable: true } as const;

/**
 * Installs exactly `plan`: resolves it again, downloads and keeps the previous packages (both can be cancelled),
 * resolves it once more, installs (which cannot be cancelled), and reads dpkg's database for what really happened.
 */
export async function* install(context: AptContext, plan: Plan, call: Call): AsyncGenerator<InstallEvent> {
  const startedAt = timeNow(context);
  yield { type: "phase", phase: "resolve", cancellable: true };
  if (!context.host.privileged) throw new PluginError("PERMISSION_DENIED", "Installing needs root.");
  const transaction = await recheckPlan(context, plan, call);
  const before = await readInstalled(context, call);
  const slots = {
    packages: transaction.pins,
    noRemove: plan.alsoRemoves.length === 0,
    lockTimeout: lockTimeout(context),
  };

  yield { type: "phase", phase: "download", cancellable: true };
  const span = { ...DOWNLOAD, keys: keysOf(plan) };
  const download = yield* runUnlocked(context, "download", slots, span, call);
  if (download.exitCode !== 0) throw classifyFailure("download", download);
  await keepPrevious(context, plan, transaction, call);
  // While a long download ran, somebody may have refreshed the index: then apt would now install something else.
  await resolveUnchanged(context, plan, call);
  if (call.signal.aborted) throw new PluginError("CANCELLED", "Cancelled before anything was installed.");
  yield* carryOut(
    context,
    {
      rule: "install",
      slots,
      content: plan,
      before,
      restarts: expectedRestarts(context, transaction),
      startedAt,
      about: { planId: plan.id, planDigest: plan.digest, source: plan.source, token: plan.token },
    },
    call,
  );
}
