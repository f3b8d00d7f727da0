import type { Call, InstallEvent, SlotValues } from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import { classifyFailure } from "../parse/classify-failure.js";
import { runPhase, type PhaseResult, type Span } from "./run-phase.js";

const DEFAULT_TIMEOUT_SECONDS = 300;
const PAUSE_MILLISECONDS = 3000;

/** How long to wait for locks that others hold, in seconds. */
export function lockTimeout({ config }: Pick<AptContext, "config">): number {
  return config.lockTimeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
}

/**
 * Like `runPhase`, but begins again while somebody holds a lock, until the configured time is over: apt waits by itself
 * for dpkg's lock, and not for that of its downloads. A run that began with a package is never begun again.
 *
 * @throws PluginError like `runPhase`, and `CANCELLED` while it waits
 */
export async function* runUnlocked(
  context: AptContext,
  rule: "download" | "install" | "roll-back",
  slots: SlotValues,
  span: Span,
  call: Call,
): AsyncGenerator<InstallEvent, PhaseResult> {
  const until = context.clock.now() + lockTimeout(context) * 1000;
  for (;;) {
    const result = yield* runPhase(context, rule, slots, span, call);
    const isLocked =
      result.exitCode !== 0 && !result.hasBegunPackage && classifyFailure(rule, result).code === "LOCKED";
    if (!isLocked || context.clock.now() + PAUSE_MILLISECONDS > until) return result;
    await context.clock.sleep(PAUSE_MILLISECONDS, call.signal);
  }
}
