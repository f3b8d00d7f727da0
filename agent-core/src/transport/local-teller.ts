import type { DependencyContainer } from "tsyringe";
import type { JournalEntry } from "../journal/journal-entry.js";
import { LocalDesk } from "../local/local-desk.js";
import { isLocalOrder } from "../local/local-order.js";
import { openUsedDesk, settleOrders } from "../local/settle-orders.js";
import { OutputSpool } from "../state/output-spool.js";
import { AGENT_API, CLOCK, LOG, STATE_FOLDER } from "../tokens.js";
import { localCommandInput } from "./local-command-input.js";
import { TransportError } from "./transport-error.js";

/** So many are told in one round; whoever comes back after a month tells the rest at a walk. */
const ROUND = 10;
/** Milliseconds from one full round to the next. */
export const ROUND_GAP_MS = 10_000;
const TAIL_LINES = 500;

/**
 * Tells the server of what somebody at the machine did without it: each once, in order, at a bounded pace. The desk is
 * free while the network is waited for.
 */
export class LocalTeller {
  /** Told, and not noted yet because somebody at the machine has the desk. */
  readonly #told = new Set<string>();
  #notBefore = Number.NEGATIVE_INFINITY;
  #isSettling = false;

  constructor(readonly container: DependencyContainer) {}

  /**
   * One round. What was interrupted meanwhile is looked at beside it, and told in a later round.
   *
   * @returns true when there is more to tell.
   * @throws TransportError, NotRegisteredError: what was not told is kept for the next round.
   */
  async tell(signal: AbortSignal): Promise<boolean> {
    const clock = this.container.resolve(CLOCK);
    const wait = this.#notBefore - clock.monotonic();
    if (wait > 0) await clock.sleep(wait, signal);
    const untold = await this.#untold(signal);
    try {
      for (const entry of untold.slice(0, ROUND)) {
        await this.#tellOne(entry, signal);
        this.#told.add(entry.command.id);
      }
    } finally {
      if (this.#told.size > 0) await this.#note();
    }
    if (untold.length <= ROUND) return false;
    this.#notBefore = clock.monotonic() + ROUND_GAP_MS;
    return true;
  }

  async #untold(signal: AbortSignal): Promise<JournalEntry[]> {
    if (this.#isSettling) return [];
    const { untold, isInterrupted } = await this.#look();
    if (isInterrupted) {
      this.#isSettling = true;
      void settleOrders(this.container, signal).finally(() => {
        this.#isSettling = false;
      });
    }
    return untold.filter(({ command }) => !this.#told.has(command.id));
  }

  async #look(): Promise<{ readonly untold: readonly JournalEntry[]; readonly isInterrupted: boolean }> {
    using desk = await openUsedDesk(this.container);
    // Somebody at the machine may be at work; what comes of it is told in a later round.
    if (!desk) return { untold: [], isInterrupted: false };
    return { untold: desk.journal.undelivered(), isInterrupted: desk.interrupted.length > 0 };
  }

  async #tellOne(entry: JournalEntry, signal: AbortSignal): Promise<void> {
    const { command, result } = entry;
    // What was cancelled changed nothing.
    if (!result || result.state === "CANCELLED" || !isLocalOrder(command)) return;
    const log = this.container.resolve(LOG);
    try {
      const lines = OutputSpool.read(this.#output(command.id)).slice(-TAIL_LINES);
      const input = localCommandInput(command, entry, result, lines);
      await this.container.resolve(AGENT_API).reportLocalCommand(input, signal);
      log.info("local command told", { commandId: command.id, state: result.state });
    } catch (error) {
      if (!(error instanceof TransportError) || !error.isRefusal) throw error;
      // The server will not take it, now or later; its receipt stays on this machine.
      log.error("local command refused", { commandId: command.id, reason: error.message });
    }
  }

  async #note(): Promise<void> {
    using desk = await LocalDesk.tryOpen(this.container);
    if (!desk) return;
    for (const id of this.#told) {
      desk.journal.deliver(id);
      await OutputSpool.remove(this.#output(id));
    }
    this.#told.clear();
  }

  #output(commandId: string): string {
    return this.container.resolve(STATE_FOLDER).output(commandId);
  }
}
