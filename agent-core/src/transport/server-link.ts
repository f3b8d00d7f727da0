import type { Clock, Random } from "../clock/clock.js";
import type { ServerClock } from "../clock/server-clock.js";
import type { CommandDesk } from "../jobs/command-desk.js";
import type { Log } from "../log/log.js";
import type { AgentFacts } from "../protocol/operations.js";
import type { ReportStore } from "../state/report-store.js";
import type { AgentApi } from "./agent-api.js";
import { Backoff } from "./backoff.js";
import { ROUND_GAP_MS } from "./local-teller.js";
import { NotRegisteredError } from "./session.js";
import { TransportError } from "./transport-error.js";
import type { WakeReason } from "./wake-up.js";

const DEFAULT_INTERVAL_MS = 300_000;
const IN_HAND_INTERVAL_MS = 30_000;
const FULL_CLAIM = 10;
const LONGEST_PAUSE_MS = 600_000;
const RESULTS_FIRST_MS = 10_000;

/** What the link works with. */
export interface ServerLinkParts {
  readonly api: AgentApi;
  readonly desk: CommandDesk;
  readonly reports: ReportStore;
  readonly serverClock: ServerClock;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Names of the sources that this agent has. */
  readonly sources: readonly string[];
  gatherFacts(): Promise<AgentFacts>;
  /** Tells of what somebody at the machine did without the server. Gives true when there is more to tell. */
  tellLocal(signal: AbortSignal): Promise<boolean>;
  /** Waits until the server knows how every command ended, or until nobody wants to wait any more. */
  resultsTold(patience: AbortSignal): Promise<void>;
  /** The server does not know this agent any more. Gives true when it was enrolled again; never throws. */
  enrolAgain(signal: AbortSignal): Promise<boolean>;
}

/** The standing conversation with the server: checks in, hands over what it lacks, takes commands. */
export class ServerLink {
  readonly #backoff: Backoff;
  #intervalMs = DEFAULT_INTERVAL_MS;
  #sentFacts: string | undefined;
  #wantsCheckIn = true;
  #wantsClaim = false;
  #hasMoreLocal = false;
  #wake: (() => void) | undefined;

  constructor(readonly parts: ServerLinkParts) {
    this.#backoff = new Backoff(parts.clock, parts.random, 1_000, LONGEST_PAUSE_MS);
  }

  /** Checks in as soon as possible. */
  checkInSoon(): void {
    this.#wantsCheckIn = true;
    this.#wake?.();
  }

  /** Answers a wake-up: commands are claimed at once, everything else is told by a check-in. */
  wake(reason: WakeReason): void {
    if (reason !== "CANCEL_REQUESTED") this.#wantsClaim = true;
    if (reason !== "COMMAND_QUEUED") this.#wantsCheckIn = true;
    this.#wake?.();
  }

  /** Talks until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.parts;
    let nextCheckInAt = 0;
    while (!signal.aborted) {
      try {
        if (this.#wantsClaim) await this.#claim(signal);
        if (this.#wantsCheckIn || clock.monotonic() >= nextCheckInAt) {
          await this.#checkIn(signal);
          nextCheckInAt = clock.monotonic() + this.#pauseMs();
        }
        this.#backoff.reset();
        await this.#idle(nextCheckInAt - clock.monotonic(), signal);
      } catch (error) {
        if (signal.aborted) return;
        nextCheckInAt = 0;
        await this.#recover(error, signal);
      }
    }
  }

  /**
   * One round of the conversation: checks in, hands over what the server lacks, takes the commands that wait.
   *
   * @throws TransportError, NotRegisteredError
   */
  async converse(signal: AbortSignal): Promise<void> {
    if (this.#wantsClaim) await this.#claim(signal);
    await this.#checkIn(signal);
  }

  /** Whether there is more to say or to take than the last round did. */
  get wantsMore(): boolean {
    return this.#wantsCheckIn || this.#wantsClaim || this.#hasMoreLocal;
  }

  async #checkIn(signal: AbortSignal): Promise<void> {
    this.#wantsCheckIn = false;
    const facts = await this.parts.gatherFacts();
    const factsText = JSON.stringify(facts);
    const sources = await this.#digests();
    const answer = await this.parts.api.checkIn(
      {
        sources,
        commandIds: this.parts.desk.inHand().slice(0, 50),
        ...(factsText === this.#sentFacts ? {} : { facts }),
      },
      signal,
    );
    this.#sentFacts = factsText;
    this.parts.serverClock.observe(Date.parse(answer.currentAt));
    this.#intervalMs = Math.max(1, answer.intervalSeconds) * 1000;
    this.parts.desk.cancel(answer.cancelledCommands);
    if (answer.hasCommands) await this.#claim(signal);
    this.#hasMoreLocal = await this.parts.tellLocal(signal);
    // A name that is no source's would name another file.
    const wanted = answer.wantedSources.filter((source) => this.parts.sources.includes(source));
    if (wanted.length === 0 || this.#hasMoreLocal) return;
    // A scan proves an installation only to a server that has heard how the installation ended.
    await this.parts.resultsTold(AbortSignal.any([signal, AbortSignal.timeout(RESULTS_FIRST_MS)]));
    for (const source of wanted) await this.#report(source, signal);
  }

  async #claim(signal: AbortSignal): Promise<void> {
    this.#wantsClaim = false;
    try {
      const commands = await this.parts.api.claim(signal);
      this.parts.desk.take(commands);
      this.#wantsClaim ||= commands.length >= FULL_CLAIM;
    } catch (error) {
      this.#wantsClaim = true;
      throw error;
    }
  }

  async #report(source: string, signal: AbortSignal): Promise<void> {
    const stored = await this.parts.reports.read(source);
    if (!stored) return;
    try {
      await this.parts.api.reportScan(stored.latest, signal);
      await this.parts.reports.markReported(stored.latest);
    } catch (error) {
      if (!(error instanceof TransportError) || !error.isRefusal) throw error;
      this.parts.log.error("scan report refused", { source, reason: error.message });
    }
  }

  #digests() {
    return Promise.all(
      this.parts.sources.slice(0, 50).map(async (source) => {
        const stored = await this.parts.reports.read(source);
        if (!stored) return { source, digest: null, finishedAt: null };
        return { source, digest: stored.latest.digest, finishedAt: stored.latest.finishedAt };
      }),
    );
  }

  /** The server's interval with a tenth of jitter; shorter while commands are in hand. */
  #pauseMs(): number {
    if (this.#hasMoreLocal) return ROUND_GAP_MS;
    const base =
      this.parts.desk.inHand().length > 0
        ? Math.min(this.#intervalMs, IN_HAND_INTERVAL_MS)
        : this.#intervalMs;
    return base * (0.9 + 0.2 * this.parts.random());
  }

  async #idle(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.#wantsCheckIn || this.#wantsClaim) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = new AbortController();
    const sleep = this.parts.clock.sleep(milliseconds, AbortSignal.any([signal, timer.signal]));
    await Promise.race([promise, sleep.catch(() => undefined)]);
    this.#wake = undefined;
    timer.abort();
  }

  async #recover(problem: unknown, signal: AbortSignal): Promise<void> {
    const reason = problem instanceof Error ? problem.message : String(problem);
    this.parts.log.warn("the server was not reached", { reason });
    if (problem instanceof NotRegisteredError && (await this.parts.enrolAgain(signal))) return;
    this.#sentFacts = undefined;
    const wait = problem instanceof TransportError ? problem.retryAfterMs : undefined;
    await this.#backoff.pause(signal, wait).catch(() => undefined);
  }
}
