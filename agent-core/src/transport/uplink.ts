import type { Clock, Random } from "../clock/clock.js";
import type { CommandUplink } from "../jobs/command-uplink.js";
import type { Journal } from "../journal/journal.js";
import type { JournalEntry } from "../journal/journal-entry.js";
import type { Log } from "../log/log.js";
import type { ClaimedCommand, ProgressInput } from "../protocol/operations.js";
import { OutputSpool } from "../state/output-spool.js";
import type { ReportStore } from "../state/report-store.js";
import type { StateFolder } from "../state/state-folder.js";
import type { AgentApi } from "./agent-api.js";
import { CommandReporter } from "./command-reporter.js";

const SETTLE_POLL_MS = 50;

/** What the uplink works with. */
export interface UplinkParts {
  readonly api: AgentApi;
  readonly journal: Journal;
  readonly reports: ReportStore;
  readonly folder: StateFolder;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** The server does not know a command that has ended here, as after another enrolment: its end is told otherwise. */
  keepUnknown(entry: JournalEntry): Promise<void>;
}

/** What the uplink hears from the server, for whoever can act on it. */
export interface UplinkListener {
  cancelRequested(commandId: string): void;
  /** The server has something new to be asked for: a lost command to claim again, or a scan to compare. */
  checkInWanted(): void;
}

/** One reporter a command, from its beginning until the server knows its result. */
export class Uplink implements CommandUplink {
  readonly #reporters = new Map<string, CommandReporter>();
  #listener: UplinkListener | undefined;

  constructor(readonly parts: UplinkParts) {}

  listen(listener: UplinkListener): void {
    this.#listener = listener;
  }

  async begin(command: ClaimedCommand, signal: AbortSignal): Promise<"begun" | "lost"> {
    // Without an answer within the lease the server takes the command back, so it is not ours to begin.
    const limit = new AbortController();
    const { clock } = this.parts;
    const tooLate = clock
      .sleep(command.leaseSeconds * 1000, AbortSignal.any([signal, limit.signal]))
      .then(() => "lost" as const);
    try {
      return await Promise.race([this.#reporterOf(command.id).begin(), tooLate]);
    } finally {
      limit.abort();
      tooLate.catch(() => undefined);
    }
  }

  progress(command: ClaimedCommand, progress: ProgressInput): void {
    this.#reporterOf(command.id).progress(progress);
  }

  line(command: ClaimedCommand, text: string): void {
    this.#reporterOf(command.id).line(text);
  }

  toldLines(commandId: string): readonly string[] {
    return this.#reporterOf(commandId).lines;
  }

  /** The server sees that the command has not begun. */
  waiting(): void {}

  finished(commandId: string): void {
    this.#reporterOf(commandId).finish();
  }

  adopted(commandId: string): void {
    this.#reporterOf(commandId).adopt();
  }

  scanned(): void {
    this.#listener?.checkInWanted();
  }

  /** Waits until the server knows every result, or until nobody wants to wait any more. */
  async settled(patience: AbortSignal): Promise<void> {
    while (this.parts.journal.undelivered().length > 0 && !patience.aborted) {
      await this.parts.clock.sleep(SETTLE_POLL_MS, patience).catch(() => undefined);
    }
  }

  #reporterOf(commandId: string): CommandReporter {
    const known = this.#reporters.get(commandId);
    if (known) return known;
    const { folder, journal } = this.parts;
    const reporter = new CommandReporter(
      {
        ...this.parts,
        spoolFile: folder.output(commandId),
        onCancelRequested: (id) => this.#listener?.cancelRequested(id),
        onLost: () => this.#listener?.checkInWanted(),
        keepUnknown: async (entry) => {
          await this.parts.keepUnknown(entry);
          this.#listener?.checkInWanted();
        },
        onClosed: (closed, isDone) => {
          this.#forget(closed, isDone).catch((error: unknown) => {
            this.parts.log.error("could not tidy up after a command", { commandId, reason: String(error) });
          });
        },
      },
      commandId,
      journal.find(commandId)?.command.leaseSeconds ?? 60,
    );
    this.#reporters.set(commandId, reporter);
    return reporter;
  }

  async #forget(reporter: CommandReporter, isDone: boolean): Promise<void> {
    const { commandId } = reporter;
    if (this.#reporters.get(commandId) === reporter) this.#reporters.delete(commandId);
    if (!isDone) return;
    this.parts.journal.compactIfLarge();
    // A command that was dropped may be here again by now, with the same file.
    if (!this.#reporters.has(commandId)) await OutputSpool.remove(this.parts.folder.output(commandId));
  }
}
