import {
  type InstallEvent,
  isPluginError,
  type Plan,
  type Receipt,
  type Restarts,
} from "@redflag/plugin-sdk";
import type { Clock } from "../clock/clock.js";
import type { Survivor } from "../exec/process-identity.js";
import type { LoadedSource } from "../plugins/loaded-source.js";
import type { RunOptions } from "../plugins/run-step.js";
import type { FailureInput } from "../protocol/operations.js";
import { visibleText } from "../text/visible-text.js";
import type { CommandOutcome, CommandSink } from "./command-sink.js";
import { type InstallEvidence, judgeInstall } from "./judge-install.js";
import { receiptOf } from "./look-receipt.js";
import { rollbackPlan } from "./rollback-plan.js";
import { survivorEnded } from "./survivor-ended.js";
import { wireFailure } from "./wire-failure.js";

/** The circumstances of one installation or rollback. */
export interface InstallOptions {
  /** Cancels until the first phase that cannot be; later it changes nothing. */
  readonly signal: AbortSignal;
  readonly sink: CommandSink;
  readonly clock: Clock;
  /** Called in the turn in which a process that outlives the agent was started. */
  onSurvivorStarted(survivor: Survivor): void;
  /** Called when the installation can no longer be cancelled. */
  onCommit(): void;
}

/** How an installation or a rollback ended. */
export interface ChangeEnd {
  readonly outcome: CommandOutcome;
  /** What is to be kept of it; absent when it changed nothing. */
  readonly receipt?: Receipt;
}

/** Carries out a plan and judges by the package database what came of it. */
export function installPlan(source: LoadedSource, plan: Plan, options: InstallOptions): Promise<ChangeEnd> {
  return carryThrough(source, plan, (run) => source.install(plan, run), options);
}

/** Takes back what a receipt of this machine says, and judges by the package database what came of it. */
export function rollBack(
  source: LoadedSource,
  receipt: Receipt,
  options: InstallOptions,
): Promise<ChangeEnd> {
  const goal = rollbackPlan(receipt, options.clock.now());
  return carryThrough(source, goal, (run) => source.rollback(receipt, run), options);
}

async function carryThrough(
  source: LoadedSource,
  plan: Plan,
  start: (options: RunOptions) => AsyncIterable<InstallEvent>,
  options: InstallOptions,
): Promise<ChangeEnd> {
  const watch = new InstallWatch(plan, options);
  const end = async (known: Parameters<typeof lookAgain>[2]): Promise<ChangeEnd> => {
    const evidence = await lookAgain(source, plan, known);
    const times = { startedAt: watch.startedAt, finishedAt: options.clock.now() };
    return { outcome: judgeInstall(evidence), receipt: receiptOf(evidence, times) };
  };
  try {
    for await (const event of start(watch.runOptions)) watch.take(event);
  } catch (error) {
    // Whatever broke off, the package manager may still be at work; what is true is known only after its end.
    await watch.survivorsEnded();
    if (!watch.isCommitted) {
      const isCancelled = isPluginError(error) && error.code === "CANCELLED";
      return { outcome: { state: isCancelled ? "CANCELLED" : "FAILED", failure: wireFailure(error) } };
    }
    return end({ failure: wireFailure(error) });
  }
  await watch.survivorsEnded();
  const { receipt, restart } = watch;
  return end({ ...(receipt ? { receipt } : {}), ...(restart ? { restart } : {}) });
}

/** Asks the package database; when even that fails, nothing is called installed. */
export async function lookAgain(
  source: LoadedSource,
  plan: Plan,
  known: { receipt?: Receipt; restart?: Restarts; failure?: FailureInput },
): Promise<InstallEvidence> {
  if (!source.canVerify) return { plan, ...known };
  try {
    // A look at the truth is not cancelled with the installation that it judges.
    const verifications = await source.verify(plan, { signal: new AbortController().signal });
    return { plan, ...known, verifications };
  } catch (error) {
    return { plan, failure: known.failure ?? wireFailure(error) };
  }
}

/** Follows the events of an installation or a rollback and passes them on. */
class InstallWatch {
  readonly #names: ReadonlyMap<string, string>;
  #phase = "resolve";
  #percent: number | undefined;
  #itemName: string | undefined;
  readonly #survivors: Survivor[] = [];
  readonly startedAt: number;
  isCommitted = false;
  receipt: Receipt | undefined;
  restart: Restarts | undefined;

  constructor(
    plan: Plan,
    readonly options: InstallOptions,
  ) {
    const all = [...plan.items, ...plan.alsoInstalls, ...plan.alsoRemoves];
    this.#names = new Map(all.map((item) => [item.key, item.name]));
    this.startedAt = options.clock.now();
  }

  /** What the source is given, so that every process that outlives the agent is known here, too. */
  get runOptions(): RunOptions {
    return {
      signal: this.options.signal,
      onSurvivorStarted: (survivor) => {
        this.#survivors.push(survivor);
        this.options.onSurvivorStarted(survivor);
      },
    };
  }

  /** Waits for every process that outlives the agent. */
  async survivorsEnded(): Promise<void> {
    const { clock, sink } = this.options;
    // Not cancelled with the installation: nothing ends a package manager half-way.
    const { signal } = new AbortController();
    const onWait = (): void => sink.line("The package manager is still at work; the agent waits for it.");
    for (const survivor of this.#survivors) {
      await survivorEnded(survivor, this.startedAt, { clock, signal, onWait });
    }
  }

  take(event: InstallEvent): void {
    switch (event.type) {
      case "output":
        this.options.sink.line(event.line);
        return;
      case "finished":
        this.receipt = event.receipt;
        this.restart = event.restart;
        return;
      case "item":
        return;
      case "phase":
        this.#phase = event.phase;
        this.#itemName = undefined;
        if (!event.cancellable && !this.isCommitted) {
          this.isCommitted = true;
          this.options.onCommit();
        }
        break;
      case "progress":
        this.#percent = event.percent;
        if (event.key !== undefined) this.#itemName = this.#names.get(event.key) ?? event.key;
    }
    this.#tell();
  }

  #tell(): void {
    this.options.sink.progress({
      phase: this.#phase,
      isCancellable: !this.isCommitted,
      ...(this.#percent === undefined ? {} : { percent: this.#percent }),
      ...(this.#itemName === undefined ? {} : { itemName: visibleText(this.#itemName, 255) }),
    });
  }
}
