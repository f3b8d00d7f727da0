import { PluginError } from "@redflag/plugin-sdk";
import { inject, injectable, type InjectionToken } from "tsyringe";
import type { Clock } from "../clock/clock.js";
import type { ServerClock } from "../clock/server-clock.js";
import type { Survivor } from "../exec/process-identity.js";
import type { Journal } from "../journal/journal.js";
import type { JournalEntry } from "../journal/journal-entry.js";
import type { Log } from "../log/log.js";
import type { LoadedSource } from "../plugins/loaded-source.js";
import { PLUGIN_HOST, type PluginHost } from "../plugins/plugin-host.js";
import type { ClaimedCommand } from "../protocol/operations.js";
import { canNameFile } from "../state/names-file.js";
import { StateError } from "../state/state-error.js";
import { CLOCK, COMMAND_UPLINK, JOURNAL, LOG, SERVER_CLOCK } from "../tokens.js";
import { CARRY_OUT, type CarryOut } from "./carry-out.js";
import { changesMachine, movesPackages, setsMarks } from "./command-kinds.js";
import type { CommandOutcome, CommandSink } from "./command-sink.js";
import type { CommandUplink } from "./command-uplink.js";
import { SCANNER, type Scanner } from "./scanner.js";
import { SOURCE_GATE, type SourceGate } from "./source-gate.js";
import { failureOf, wireFailure } from "./wire-failure.js";

interface Running {
  readonly controller: AbortController;
  /** Its source is free and it is its turn. */
  hasTurn: boolean;
  isCommitted: boolean;
}

/** Takes commands in and carries each out once. */
export const COMMAND_DESK: InjectionToken<CommandDesk> = Symbol("CommandDesk");

/**
 * Takes commands in, carries each out once, and remembers how it ended before anybody is told. A command that is known
 * is never run again: its result is told again.
 */
@injectable()
export class CommandDesk {
  readonly #running = new Map<string, Running>();
  readonly #stopping = new AbortController();

  constructor(
    @inject(JOURNAL) readonly journal: Journal,
    @inject(PLUGIN_HOST) readonly host: PluginHost,
    @inject(SOURCE_GATE) readonly gate: SourceGate,
    @inject(CARRY_OUT) readonly carryOut: CarryOut,
    @inject(SCANNER) readonly scanner: Scanner,
    @inject(COMMAND_UPLINK) readonly uplink: CommandUplink,
    @inject(SERVER_CLOCK) readonly serverClock: ServerClock,
    @inject(CLOCK) readonly clock: Clock,
    @inject(LOG) readonly log: Log,
  ) {}

  /** Ids of the commands that have not ended, so that their leases are renewed. */
  inHand(): string[] {
    return [...this.#running.keys()];
  }

  /** True while an installation runs that cannot be interrupted. */
  get isCommitting(): boolean {
    return [...this.#running.values()].some((running) => running.isCommitted);
  }

  /** Goes on where an earlier process stopped. To be called once, before any command is taken. */
  resume(): void {
    for (const entry of this.journal.undelivered()) this.uplink.finished(entry.command.id);
    for (const entry of this.journal.unfinished()) this.#start(entry);
  }

  /** Takes what the server handed over. */
  take(commands: readonly ClaimedCommand[]): void {
    if (this.#stopping.signal.aborted) return;
    for (const command of commands) this.#takeOne(command);
  }

  /** Stops commands that the operator cancelled, as far as that does no harm. */
  cancel(ids: readonly string[]): void {
    for (const id of ids) {
      const running = this.#running.get(id);
      if (!running || running.controller.signal.aborted) continue;
      this.log.info("command cancelled", { commandId: id });
      running.controller.abort(new PluginError("CANCELLED", "An operator cancelled the command."));
      // What waits behind a long installation is told at once, not when its turn comes.
      if (!running.hasTurn) this.#endCancelled(id);
    }
  }

  /**
   * Stops what can be stopped and waits for the rest.
   *
   * @param patience aborted when waiting is no longer wanted; what runs then is left to itself and to the journal.
   */
  async stop(patience: AbortSignal): Promise<void> {
    this.#stopping.abort();
    for (const { controller } of this.#running.values()) {
      controller.abort(new PluginError("CANCELLED", "The agent was stopped before anything was changed."));
    }
    if (patience.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    patience.addEventListener("abort", () => resolve(), { once: true });
    await Promise.race([this.gate.settled(), promise]);
  }

  #takeOne(command: ClaimedCommand): void {
    if (!canNameFile(command.id)) {
      this.log.error("a command was left, because its id cannot be one", {
        commandId: command.id.slice(0, 100),
      });
      return;
    }
    const known = this.journal.find(command.id);
    if (!known) {
      this.journal.accept(command);
      if (command.startedAt && movesPackages(command.type)) {
        this.log.warn("the journal does not know a command that was begun", { commandId: command.id });
        this.journal.start(command.id);
      }
      this.#start(this.#entry(command.id));
      return;
    }
    this.journal.adopt(command);
    if (known.result) this.uplink.finished(command.id);
    else if (this.#running.has(command.id)) this.uplink.adopted(command.id);
    else this.#start(this.#entry(command.id));
  }

  #start(entry: JournalEntry): void {
    const { command } = entry;
    const running: Running = { controller: new AbortController(), hasTurn: false, isCommitted: false };
    this.#running.set(command.id, running);
    const { signal } = running.controller;
    this.#waitTurn(command, running)
      .catch((error: unknown) => {
        if (!signal.aborted) throw error;
        this.#endCancelled(command.id);
      })
      .catch((error: unknown) => {
        // The journal says how far it came; the next start looks at what is true.
        const what = error instanceof StateError ? "command not finished" : "command failed unexpectedly";
        this.log.error(what, { commandId: command.id, reason: String(error) });
      })
      .finally(() => this.#running.delete(command.id));
  }

  async #waitTurn(command: ClaimedCommand, running: Running): Promise<void> {
    const { id } = command;
    // Only what is a source names a lock: the server's word for it may be any path.
    const source = this.host.find(command.source);
    if (!source) return this.#finish(id, { state: "FAILED", failure: this.#noSuchSource(command.source) });
    await this.gate.enter(
      source.id,
      running.controller.signal,
      () => this.#run(id, source, running),
      () => this.uplink.waiting(command),
    );
  }

  async #run(id: string, source: LoadedSource, running: Running): Promise<void> {
    running.hasTurn = true;
    const entry = this.#entry(id);
    const { command, result } = entry;
    if (result) return;
    const outcome = await this.#outcomeOf(entry, source, running);
    if (!outcome) return;
    if (this.#stopping.signal.aborted && outcome.state === "CANCELLED" && !movesPackages(command.type))
      return;
    this.#finish(id, outcome);
    // A cancelled installation or rollback changed nothing; cancelled holds may have been set before the word came.
    const isUnchanged = movesPackages(command.type) && outcome.state === "CANCELLED";
    if (changesMachine(command.type) && !isUnchanged) await this.#scanAgain(source);
  }

  /** Undefined when the command is not ours to begin. */
  async #outcomeOf(
    entry: JournalEntry,
    source: LoadedSource,
    running: Running,
  ): Promise<CommandOutcome | undefined> {
    const { command } = entry;
    const { signal } = running.controller;
    const sink = this.#sinkOf(command.id);
    if (entry.startedAt !== undefined && movesPackages(command.type)) {
      running.isCommitted = true;
      const options = {
        sink,
        clock: this.clock,
        signal: this.#stopping.signal,
        toldLines: () => this.uplink.toldLines(command.id),
      };
      return this.carryOut.reconcile(entry, source, options).catch((error: unknown) => {
        if (this.#stopping.signal.aborted) return undefined;
        return { state: "FAILED", failure: wireFailure(error) } as const;
      });
    }
    // What was begun is done once more, which does no harm, if the server says that it still stands.
    const isRepeated = entry.startedAt !== undefined && setsMarks(command.type);
    if (!isRepeated && Date.parse(command.deadlineAt) < this.serverClock.now()) {
      const message = `The command had to begin before ${command.deadlineAt}. Nothing was done.`;
      return { state: "FAILED", failure: failureOf("TIMEOUT", message) };
    }
    const begun = this.uplink.begin(command, signal);
    // Whatever changes the machine begins only when the server has said that it still stands.
    if (changesMachine(command.type) && (await begun) === "lost") {
      this.journal.drop(command.id);
      return undefined;
    }
    begun.catch(() => undefined);
    if (signal.aborted) throw signal.reason;
    this.journal.start(command.id);
    return this.carryOut.run(command, source, {
      signal,
      sink,
      onSurvivorStarted: (survivor) => this.#noteProcess(command.id, survivor),
      onCommit: () => {
        running.isCommitted = true;
      },
    });
  }

  /** Without the note a restart only does not wait for the process, so a full disk must not end what was begun. */
  #noteProcess(id: string, survivor: Survivor): void {
    try {
      this.journal.noteProcess(id, survivor);
    } catch (error) {
      this.log.error("a process could not be noted", { commandId: id, reason: String(error) });
    }
  }

  #endCancelled(id: string): void {
    if (this.#stopping.signal.aborted || this.journal.find(id)?.result) return;
    const failure = failureOf("CANCELLED", "It was cancelled before anything was changed.");
    this.#finish(id, { state: "CANCELLED", failure });
  }

  #finish(id: string, outcome: CommandOutcome): void {
    const { command, startedAt } = this.#entry(id);
    this.journal.finish(id, {
      ...outcome,
      commandId: id,
      attempt: command.attempt,
      finishedAt: new Date(this.clock.now()).toISOString(),
      ...(startedAt === undefined ? {} : { startedAt }),
    });
    this.log.info("command ended", { commandId: id, type: command.type, state: outcome.state });
    this.uplink.finished(id);
  }

  async #scanAgain(source: LoadedSource): Promise<void> {
    const { signal } = this.#stopping;
    await this.scanner.scan(source, { refresh: false, signal }).catch((error: unknown) => {
      this.log.warn("the scan after a change did not happen", { reason: wireFailure(error).message });
    });
    this.uplink.scanned();
  }

  #sinkOf(id: string): CommandSink {
    return {
      progress: (progress) => this.uplink.progress(this.#entry(id).command, progress),
      line: (text) => this.uplink.line(this.#entry(id).command, text),
    };
  }

  #entry(id: string): JournalEntry {
    const entry = this.journal.find(id);
    if (!entry) throw new Error(`The journal does not know ${id}.`);
    return entry;
  }

  #noSuchSource(source: string) {
    const known = this.host.sources.map((one) => one.id).join(", ") || "none";
    return failureOf("UNSUPPORTED", `This agent has no source ${source.slice(0, 64)}; it has: ${known}.`);
  }
}
