import { type Call, isPluginError, PluginError } from "@redflag/plugin-sdk";
import type { Clock } from "../clock/clock.js";
import type { Survivor } from "../exec/process-identity.js";
import type { RunPermits } from "../exec/run-permit.js";
import type { Log } from "../log/log.js";
import { LIFECYCLE, type Step, type StepLimits } from "./lifecycle.js";

/** How long a plugin may tidy up after an abort before the host goes on without it. */
const ABORT_GRACE_MS = 15_000;

/** What every step of one plugin shares. */
export interface StepSetting {
  readonly pluginId: string;
  readonly permits: RunPermits;
  readonly limits: StepLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** The folder for output of processes that outlive the agent, by run. */
  runFolder(runId: string): string;
  newRunId(): string;
}

/** The circumstances of one run. */
export interface RunOptions {
  readonly signal: AbortSignal;
  onSurvivorStarted?(survivor: Survivor): void;
}

/** A step that is running: its call, and what ends it. */
export interface StepRun extends Disposable {
  readonly call: Call;
  /** Rejects some time after the abort, unless {@link StepRun.commit} was called before. */
  readonly gaveUp: Promise<never>;
  /** From here on an abort is only told to the plugin: nothing is stopped and the host waits. */
  commit(): void;
}

/** Opens a step: a call with deadline and abort, and the permit for its commands. */
export function openStep(setting: StepSetting, step: Step, options: RunOptions): StepRun {
  const runId = setting.newRunId();
  const told = new AbortController();
  const enforced = new AbortController();
  const { promise: gaveUp, reject } = Promise.withResolvers<never>();
  gaveUp.catch(() => undefined);
  let isCommitted = false;
  let grace: NodeJS.Timeout | undefined;
  const abort = (reason: PluginError): void => {
    if (told.signal.aborted) return;
    told.abort(reason);
    if (isCommitted) return;
    enforced.abort(reason);
    grace = setTimeout(() => reject(reason), ABORT_GRACE_MS);
  };
  const limitMs = setting.limits[step];
  const timer = setTimeout(() => {
    abort(new PluginError("TIMEOUT", `${setting.pluginId}: ${step} took longer than ${limitMs / 1000} s.`));
  }, limitMs);
  const cancel = (): void =>
    abort(new PluginError("CANCELLED", `${setting.pluginId}: ${step} was cancelled.`));
  options.signal.addEventListener("abort", cancel, { once: true });
  if (options.signal.aborted) cancel();
  setting.permits.open(runId, {
    step,
    mayMutate: LIFECYCLE[step].mayMutate,
    signal: enforced.signal,
    folder: setting.runFolder(runId),
    onSurvivorStarted: (survivor) => options.onSurvivorStarted?.(survivor),
  });
  const call: Call = {
    signal: told.signal,
    deadline: setting.clock.now() + limitMs,
    log: setting.log.child({ step, runId }),
    runId,
  };
  return {
    call,
    gaveUp,
    commit: () => {
      isCommitted = true;
    },
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      clearTimeout(grace);
      options.signal.removeEventListener("abort", cancel);
      setting.permits.close(runId);
    },
  };
}

/** Runs a step that gives one answer. @throws PluginError, always. */
export async function runStep<Value>(
  setting: StepSetting,
  step: Step,
  options: RunOptions,
  body: (call: Call) => Promise<Value>,
): Promise<Value> {
  using run = openStep(setting, step, options);
  try {
    return await Promise.race([body(run.call), run.gaveUp]);
  } catch (error) {
    throw asPluginError(error, setting.pluginId, step);
  }
}

/** Any failure as a {@link PluginError}; one that the plugin did not throw on purpose is `INTERNAL`. */
export function asPluginError(error: unknown, pluginId: string, step: string): PluginError {
  if (error instanceof PluginError) return error;
  if (isPluginError(error)) {
    const { code, message, retryable, details } = error;
    return new PluginError(code, message, { retryable, details, cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new PluginError("INTERNAL", `${pluginId}: ${step} failed unexpectedly: ${message.slice(0, 1_000)}`, {
    cause: error,
  });
}
