import {
  type Call,
  type Detection,
  type HoldMark,
  type InstallEvent,
  type Manifest,
  type Plan,
  PluginError,
  type PlanRequest,
  type PlanWish,
  type Receipt,
  type ReleaseNotes,
  type ScanReport,
  type ScanRequest,
  type Source,
  type Verification,
} from "@redflag/plugin-sdk";
import type { InstallGrammar } from "./install-grammar.js";
import { LIFECYCLE } from "./lifecycle.js";
import { asPluginError, openStep, type RunOptions, runStep, type StepSetting } from "./run-step.js";

/** A plugin's source behind the host's guard: limits, permits and checked answers. Throws only PluginError. */
export class LoadedSource {
  constructor(
    readonly manifest: Manifest,
    readonly packageName: string,
    readonly packageVersion: string,
    readonly source: Source,
    readonly setting: StepSetting,
  ) {}

  get id(): string {
    return this.manifest.id;
  }

  detect(options: RunOptions): Promise<Detection> {
    return runStep(this.setting, "detect", options, async (call) =>
      LIFECYCLE.detect.check(await this.source.detect(call)),
    );
  }

  scan(request: ScanRequest, options: RunOptions): Promise<ScanReport> {
    return runStep(this.setting, "scan", options, async (call) =>
      LIFECYCLE.scan.check(await this.source.scan(request, call)),
    );
  }

  plan(request: PlanRequest, options: RunOptions): Promise<Plan> {
    return runStep(this.setting, "plan", options, async (call) => {
      if (!this.source.plan) throw this.#unsupported("plan");
      const plan = await this.source.plan(request, call);
      return LIFECYCLE.plan.check(plan, {
        source: this.id,
        request,
        canRollBack: this.source.rollback !== undefined,
        now: this.setting.clock.now(),
      });
    });
  }

  releaseNotes(update: PlanWish, options: RunOptions): Promise<ReleaseNotes> {
    return runStep(this.setting, "releaseNotes", options, async (call) => {
      if (!this.source.releaseNotes) throw this.#unsupported("tell what an update brings");
      return LIFECYCLE.releaseNotes.check(await this.source.releaseNotes(update, call));
    });
  }

  /** True if the source can say what is installed. */
  get canVerify(): boolean {
    return this.source.verify !== undefined;
  }

  verify(plan: Plan, options: RunOptions): Promise<Verification[]> {
    return runStep(this.setting, "verify", options, async (call) => {
      if (!this.source.verify) throw this.#unsupported("verify");
      return LIFECYCLE.verify.check(await this.source.verify(plan, call), plan);
    });
  }

  hold(keys: readonly string[], isHeld: boolean, options: RunOptions): Promise<HoldMark[]> {
    return runStep(this.setting, "hold", options, async (call) => {
      if (!this.source.hold) throw this.#unsupported("hold packages on the machine");
      return LIFECYCLE.hold.check(await this.source.hold(keys, isHeld, call), keys);
    });
  }

  /**
   * Installs exactly `plan`. Ends with exactly one `finished`, or throws; a throw after the first phase that cannot be
   * cancelled leaves open what happened, and whoever asked must look.
   */
  install(plan: Plan, options: RunOptions): AsyncGenerator<InstallEvent, void, undefined> {
    const start = (call: Call): AsyncIterable<InstallEvent> => {
      if (!this.source.install) throw this.#unsupported("install");
      return this.source.install(plan, call);
    };
    return this.#change("install", new LIFECYCLE.install.check(plan), start, options);
  }

  /** Takes back what `receipt` says. Ends as {@link LoadedSource.install} does. */
  rollback(receipt: Receipt, options: RunOptions): AsyncGenerator<InstallEvent, void, undefined> {
    const start = (call: Call): AsyncIterable<InstallEvent> => {
      if (!this.source.rollback) throw this.#unsupported("take installs back");
      return this.source.rollback(receipt, call);
    };
    // A rollback's receipt names the plan of the installation.
    const about = { id: receipt.planId, digest: receipt.planDigest };
    return this.#change("rollback", new LIFECYCLE.rollback.check(about), start, options);
  }

  async *#change(
    step: "install" | "rollback",
    grammar: InstallGrammar,
    start: (call: Call) => AsyncIterable<InstallEvent>,
    options: RunOptions,
  ): AsyncGenerator<InstallEvent, void, undefined> {
    using run = openStep(this.setting, step, options);
    let events: AsyncIterator<InstallEvent> | undefined;
    try {
      events = start(run.call)[Symbol.asyncIterator]();
      for (;;) {
        const next = await Promise.race([events.next(), run.gaveUp]);
        if (next.done) break;
        const event = grammar.take(next.value);
        if (grammar.isCommitted) run.commit();
        yield event;
      }
      grammar.end();
    } catch (error) {
      throw asPluginError(error, this.id, step);
    } finally {
      // Not waited for: a plugin that hangs in its own tidying up must not hold the host.
      events?.return?.().catch(() => undefined);
    }
  }

  async dispose(): Promise<void> {
    await this.source.dispose?.();
  }

  #unsupported(step: string): PluginError {
    return new PluginError("UNSUPPORTED", `${this.manifest.displayName} cannot ${step}.`);
  }
}
