import type { Clock, Random } from "../clock/clock.js";
import type { Journal } from "../journal/journal.js";
import type { JournalEntry } from "../journal/journal-entry.js";
import type { Log } from "../log/log.js";
import type { ClaimedCommand, ProgressInput } from "../protocol/operations.js";
import { OutputSpool } from "../state/output-spool.js";
import type { ReportStore } from "../state/report-store.js";
import type { AgentApi } from "./agent-api.js";
import { Backoff } from "./backoff.js";
import { isRetryable, TransportError } from "./transport-error.js";

const MIN_GAP_MS = 250;
const LINES_PER_CALL = 500;
const LONGEST_PAUSE_MS = 60_000;

/** What a reporter works with. */
export interface ReporterParts {
  readonly api: AgentApi;
  readonly journal: Journal;
  readonly reports: ReportStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Aborted when the agent stops. */
  readonly signal: AbortSignal;
  /** Where the command's output is kept. */
  readonly spoolFile: string;
  onCancelRequested(commandId: string): void;
  /** The server does not know a command that has ended here, as after another enrolment: its end is told otherwise. */
  keepUnknown(entry: JournalEntry): Promise<void>;
  /** The server gave the command to another attempt. */
  onLost(commandId: string): void;
  /** Nothing more is told: the server knows the result, the command was dropped, or the agent stops. */
  onClosed(reporter: CommandReporter, isDone: boolean): void;
}

/**
 * Tells the server of one command: progress and lines, joined to at most four calls a second, then the result, until it
 * is known there. Nothing that a job says waits for the network, and nothing is lost while there is none.
 */
export class CommandReporter {
  readonly #spool: OutputSpool;
  readonly #backoff: Backoff;
  #begun = Promise.withResolvers<"begun" | "lost">();
  #progress: ProgressInput | undefined;
  #hasBegun = false;
  #isLost = false;
  #isClosed = false;
  #sent = 0;
  #leaseMs: number;
  #lastSentAt = Number.NEGATIVE_INFINITY;
  #wake: (() => void) | undefined;

  constructor(
    readonly parts: ReporterParts,
    readonly commandId: string,
    leaseSeconds: number,
  ) {
    this.#spool = OutputSpool.open(parts.spoolFile);
    this.#backoff = new Backoff(parts.clock, parts.random, 500, LONGEST_PAUSE_MS);
    this.#leaseMs = leaseSeconds * 1000;
    void this.#run();
  }

  /** Tells the beginning now. Resolves when the server has noted it or does not give the command to us any more. */
  begin(): Promise<"begun" | "lost"> {
    this.#begun = Promise.withResolvers();
    this.#beginAnew();
    return this.#begun.promise;
  }

  /** The server handed the command over again, so the new attempt begins. */
  adopt(): void {
    this.#beginAnew();
  }

  /** The texts of the lines that were taken so far, also before a restart. */
  get lines(): readonly string[] {
    return this.#spool.texts();
  }

  /** The journal holds the result now. */
  finish(): void {
    this.#poke();
  }

  progress(progress: ProgressInput): void {
    this.#progress = progress;
    this.#poke();
  }

  line(text: string): void {
    if (this.#isClosed) return;
    this.#spool.append(text, this.parts.clock.now());
    this.#poke();
  }

  #beginAnew(): void {
    this.#hasBegun = false;
    this.#isLost = false;
    this.#poke();
  }

  async #run(): Promise<void> {
    const { signal, clock } = this.parts;
    let isDone = false;
    try {
      while (!signal.aborted && !isDone) {
        const due = this.#lastSentAt + MIN_GAP_MS - clock.monotonic();
        if (due > 0) await clock.sleep(due, signal);
        isDone = await this.#sendSafely();
      }
    } catch (error) {
      if (!signal.aborted) this.parts.log.error("reporting stopped", { reason: String(error) });
    } finally {
      this.#isClosed = true;
      this.#begun.resolve("lost");
      this.#spool.close();
      this.parts.onClosed(this, isDone);
    }
  }

  /** True when everything is told. */
  async #sendSafely(): Promise<boolean> {
    try {
      const isDone = await this.#send();
      this.#backoff.reset();
      if (!isDone && !this.#hasMore()) await this.#idle();
      return isDone;
    } catch (error) {
      if (this.parts.signal.aborted) return false;
      const { message } = error as Error;
      this.parts.log.warn("could not report", { commandId: this.commandId, reason: message });
      if (error instanceof TransportError && error.isRefusal) {
        if (error.code === "NOT_FOUND") await this.#keepUnknown();
        return this.#giveUp();
      }
      const wait = error instanceof TransportError ? error.retryAfterMs : undefined;
      await this.#backoff.pause(this.parts.signal, isRetryable(error) ? wait : LONGEST_PAUSE_MS / 2);
      return false;
    }
  }

  async #send(): Promise<boolean> {
    const { journal, clock } = this.parts;
    const entry = journal.find(this.commandId);
    if (!entry) return true;
    const { command, result } = entry;
    const lines = this.#spool.after(this.#sent, LINES_PER_CALL);
    const isQuietTooLong = clock.monotonic() - this.#lastSentAt >= this.#leaseMs / 3;
    const isNews = lines.length > 0 || !this.#hasBegun || (!result && this.#progress !== undefined);
    const isDue = isNews && (!result || result.startedAt !== undefined);
    if (!this.#isLost && (isDue || (!result && isQuietTooLong))) {
      await this.#sendProgress(command, lines);
      return false;
    }
    if (!result) return false;
    if (command.type === "SCAN") await this.#sendScan(command);
    await this.parts.api.reportResult({ ...result, attempt: command.attempt }, this.parts.signal);
    journal.deliver(this.commandId);
    return true;
  }

  async #sendProgress(command: ClaimedCommand, lines: ReturnType<OutputSpool["after"]>): Promise<void> {
    const { api, clock, signal } = this.parts;
    const progress = this.#progress;
    this.#lastSentAt = clock.monotonic();
    const answer = await api.reportProgress(
      { commandId: command.id, attempt: command.attempt, lines, ...(progress ? { progress } : {}) },
      signal,
    );
    if (answer.kind === "lost") {
      this.parts.log.warn("command lost", { commandId: command.id, reason: answer.reason });
      this.#isLost = true;
      this.#begun.resolve("lost");
      this.parts.onLost(command.id);
      return;
    }
    this.#hasBegun = true;
    this.#begun.resolve("begun");
    this.#sent = lines.at(-1)?.sequence ?? this.#sent;
    if (this.#progress === progress) this.#progress = undefined;
    this.#leaseMs = answer.leaseSeconds * 1000;
    if (answer.isCancelRequested) this.parts.onCancelRequested(command.id);
  }

  /** The report that a SCAN command asked for goes before its result. */
  async #sendScan(command: ClaimedCommand): Promise<void> {
    const stored = await this.parts.reports.read(command.source);
    if (stored?.latest.commandId !== command.id) return;
    await this.parts.api.reportScan(stored.latest, this.parts.signal);
    await this.parts.reports.markReported(stored.latest);
  }

  #hasMore(): boolean {
    const result = this.parts.journal.find(this.commandId)?.result;
    if (result) return true;
    return (
      !this.#isLost && (this.#progress !== undefined || this.#spool.last > this.#sent || !this.#hasBegun)
    );
  }

  async #keepUnknown(): Promise<void> {
    const entry = this.parts.journal.find(this.commandId);
    if (entry?.result && !entry.isDelivered) await this.parts.keepUnknown(entry);
  }

  /** The server will not take it, now or later: the journal keeps it, and nobody waits for it any more. */
  #giveUp(): boolean {
    this.#begun.resolve("lost");
    const hasResult = this.parts.journal.find(this.commandId)?.result !== undefined;
    if (hasResult) this.parts.journal.deliver(this.commandId);
    else this.#progress = undefined;
    this.#hasBegun = true;
    this.#sent = this.#spool.last;
    return hasResult;
  }

  async #idle(): Promise<void> {
    const { clock, signal } = this.parts;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timeout = new AbortController();
    const either = AbortSignal.any([signal, timeout.signal]);
    await Promise.race([promise, clock.sleep(this.#leaseMs / 3, either).catch(() => undefined)]);
    timeout.abort();
    this.#wake = undefined;
  }

  #poke(): void {
    this.#wake?.();
  }
}
