import { inject, injectable, type InjectionToken } from "tsyringe";
import type { Clock } from "../clock/clock.js";
import type { ServerClock } from "../clock/server-clock.js";
import type { Survivor } from "../exec/process-identity.js";
import type { LoadedSource } from "../plugins/loaded-source.js";
import type { ClaimedCommand } from "../protocol/operations.js";
import { CLOCK, SERVER_CLOCK } from "../tokens.js";
import type { CommandOutcome, CommandSink } from "./command-sink.js";
import { holdPackages } from "./hold-packages.js";
import { installPlan } from "./installer.js";
import { SCANNER, type Scanner } from "./scanner.js";
import { failureOf, wireFailure } from "./wire-failure.js";
import { planFromWire, planToWire } from "./wire-plan.js";

/** What a command that is being carried out is given. */
export interface CarryOutOptions {
  readonly signal: AbortSignal;
  readonly sink: CommandSink;
  onSurvivorStarted(survivor: Survivor): void;
  onCommit(): void;
}

/** Does what a command says. */
export const CARRY_OUT: InjectionToken<CarryOut> = Symbol("CarryOut");

/** Does what a command says. Whatever happens is an outcome; it never throws. */
@injectable()
export class CarryOut {
  constructor(
    @inject(SCANNER) readonly scanner: Scanner,
    @inject(SERVER_CLOCK) readonly serverClock: ServerClock,
    @inject(CLOCK) readonly clock: Clock,
  ) {}

  async run(
    command: ClaimedCommand,
    source: LoadedSource,
    options: CarryOutOptions,
  ): Promise<CommandOutcome> {
    try {
      switch (command.type) {
        case "SCAN":
          return await this.#scan(command, source, options);
        case "PLAN":
          return await this.#plan(command, source, options);
        case "INSTALL":
          return await this.#install(command, source, options);
        case "HOLD":
        case "RELEASE":
          return await holdPackages(source, command.keys ?? [], command.type === "HOLD", options);
      }
    } catch (error) {
      const failure = wireFailure(error);
      return { state: failure.code === "CANCELLED" ? "CANCELLED" : "FAILED", failure };
    }
    return { state: "FAILED", failure: failureOf("UNSUPPORTED", "This agent does not know such a command.") };
  }

  async #scan(
    command: ClaimedCommand,
    source: LoadedSource,
    { signal, sink }: CarryOutOptions,
  ): Promise<CommandOutcome> {
    sink.progress({ phase: "scan", isCancellable: true });
    const refresh = command.refresh ?? false;
    const report = await this.scanner.scan(source, { refresh, commandId: command.id, signal });
    const failure = report.failure ? { failure: report.failure } : {};
    const isKnown = report.status === "COMPLETE" || report.status === "UNSUPPORTED";
    return isKnown ? { state: "SUCCEEDED" } : { state: "FAILED", ...failure };
  }

  async #plan(
    command: ClaimedCommand,
    source: LoadedSource,
    { signal, sink }: CarryOutOptions,
  ): Promise<CommandOutcome> {
    sink.progress({ phase: "plan", isCancellable: true });
    const items = (command.wanted ?? []).map(({ key, candidateVersion }) => ({
      key,
      candidate: candidateVersion,
    }));
    if (items.length === 0) {
      return { state: "FAILED", failure: failureOf("UNSUPPORTED", "The command names no update to plan.") };
    }
    return { state: "SUCCEEDED", plan: planToWire(await source.plan({ items }, { signal })) };
  }

  async #install(
    command: ClaimedCommand,
    source: LoadedSource,
    options: CarryOutOptions,
  ): Promise<CommandOutcome> {
    const { transaction } = command;
    if (!transaction) {
      return { state: "FAILED", failure: failureOf("UNSUPPORTED", "The command names no plan to install.") };
    }
    const plan = planFromWire(command.source, transaction);
    if (Date.parse(plan.expiresAt) < this.serverClock.now()) {
      const message = `The plan expired at ${plan.expiresAt}. Nothing was done; ask for another plan.`;
      return { state: "FAILED", failure: failureOf("PLAN_STALE", message) };
    }
    return installPlan(source, plan, { ...options, clock: this.clock });
  }
}
