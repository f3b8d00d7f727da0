import type { Plan } from "@redflag/plugin-sdk";
import { inject, injectable, type InjectionToken } from "tsyringe";
import type { Clock } from "../clock/clock.js";
import type { ServerClock } from "../clock/server-clock.js";
import type { Survivor } from "../exec/process-identity.js";
import type { LoadedSource } from "../plugins/loaded-source.js";
import type { JournalEntry } from "../journal/journal-entry.js";
import type { ClaimedCommand, FailureInput } from "../protocol/operations.js";
import type { ReceiptStore } from "../receipts/receipt-store.js";
import { CLOCK, RECEIPT_STORE, SERVER_CLOCK } from "../tokens.js";
import type { CommandOutcome, CommandSink } from "./command-sink.js";
import { fetchNotes } from "./fetch-notes.js";
import { holdPackages } from "./hold-packages.js";
import { findInstallReceipt, receiptFacts } from "./find-receipt.js";
import { type ChangeEnd, installPlan, rollBack } from "./installer.js";
import { reconcileChange, type ReconcileOptions } from "./reconcile.js";
import { rollbackPlan } from "./rollback-plan.js";
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
    @inject(RECEIPT_STORE) readonly receipts: ReceiptStore,
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
        case "RELEASE_NOTES":
          return await fetchNotes(command, source, options);
        case "HOLD":
        case "RELEASE":
          return await holdPackages(source, command.keys ?? [], command.type === "HOLD", options);
        case "ROLLBACK":
          return await this.#rollBack(command, source, options);
      }
    } catch (error) {
      const failure = wireFailure(error);
      return { state: failure.code === "CANCELLED" ? "CANCELLED" : "FAILED", failure };
    }
    return { state: "FAILED", failure: failureOf("UNSUPPORTED", "This agent does not know such a command.") };
  }

  /**
   * Finds out what became of an installation or a rollback that was begun by an agent that is no more.
   *
   * @throws PluginError, StateError
   */
  async reconcile(
    entry: JournalEntry,
    source: LoadedSource,
    options: ReconcileOptions,
  ): Promise<CommandOutcome> {
    const goal = await this.#goalOf(entry.command);
    if (!("digest" in goal)) return { state: "FAILED", failure: goal };
    return this.#keep(entry.command, options.sink, await reconcileChange(entry, source, goal, options));
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
    const plan = planOf(command);
    if (!("digest" in plan)) return { state: "FAILED", failure: plan };
    if (Date.parse(plan.expiresAt) < this.serverClock.now()) {
      const message = `The plan expired at ${plan.expiresAt}. Nothing was done; ask for another plan.`;
      return { state: "FAILED", failure: failureOf("PLAN_STALE", message) };
    }
    const end = await installPlan(source, plan, { ...options, clock: this.clock });
    return this.#keep(command, options.sink, end);
  }

  async #rollBack(
    command: ClaimedCommand,
    source: LoadedSource,
    options: CarryOutOptions,
  ): Promise<CommandOutcome> {
    const receipt = await findInstallReceipt(this.receipts, command);
    if (!("planId" in receipt)) return { state: "FAILED", failure: receipt };
    const end = await rollBack(source, receipt, { ...options, clock: this.clock });
    return this.#keep(command, options.sink, end);
  }

  /** What a command that moves packages is to reach, or why nobody knows. */
  async #goalOf(command: ClaimedCommand): Promise<Plan | FailureInput> {
    if (command.type !== "ROLLBACK") return planOf(command);
    const receipt = await findInstallReceipt(this.receipts, command);
    return "planId" in receipt ? rollbackPlan(receipt, this.clock.now()) : receipt;
  }

  /** Keeps the receipt before anybody is told how it ended. What was done is told also when that fails. */
  async #keep(
    command: ClaimedCommand,
    sink: CommandSink,
    { outcome, receipt }: ChangeEnd,
  ): Promise<CommandOutcome> {
    if (!receipt) return outcome;
    try {
      await this.receipts.save(command.id, receipt, receiptFacts(command));
    } catch (error) {
      sink.line(
        `The receipt could not be kept, so this cannot be rolled back: ${wireFailure(error).message}`,
      );
    }
    return outcome;
  }
}

function planOf({ source, transaction }: ClaimedCommand): Plan | FailureInput {
  if (transaction) return planFromWire(source, transaction);
  return failureOf("UNSUPPORTED", "The command names no plan to install.");
}
