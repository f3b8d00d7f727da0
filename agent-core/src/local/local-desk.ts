import type { DependencyContainer } from "tsyringe";
import { COMMAND_DESK, CommandDesk } from "../jobs/command-desk.js";
import { Journal } from "../journal/journal.js";
import type { JournalEntry } from "../journal/journal-entry.js";
import { type HeldLock, tryLock, waitForLock } from "../state/file-lock.js";
import { CLOCK, COMMAND_UPLINK, JOURNAL, LOG, STATE_FOLDER } from "../tokens.js";
import type { LocalOrder } from "./local-order.js";
import { LocalUplink, type OrderWatcher } from "./local-uplink.js";

const POLL_MS = 50;
/** How many ended orders wait for a server that may never come; as many as receipts are kept. */
const MOST_KEPT = 500;

/** The lock of whoever carries out local orders or tells a server of them. */
export const LOCAL_LOCK = "local";

/**
 * Carries out what somebody at the machine ordered, with the same desk as a server's commands and a journal of its own.
 * One process at a time has it; the source's lock keeps it apart from a resident agent.
 */
export class LocalDesk implements Disposable {
  private constructor(
    readonly container: DependencyContainer,
    readonly journal: Journal,
    readonly uplink: LocalUplink,
    readonly lock: HeldLock,
  ) {}

  /**
   * Waits for the desk.
   *
   * @param onWait called once when another process has it.
   * @throws the signal's reason when it aborts.
   */
  static async open(
    container: DependencyContainer,
    signal: AbortSignal,
    onWait: () => void,
  ): Promise<LocalDesk> {
    const file = container.resolve(STATE_FOLDER).lock(LOCAL_LOCK);
    return LocalDesk.#with(container, await waitForLock(file, container.resolve(CLOCK), signal, onWait));
  }

  /** The desk, unless another process has it. */
  static async tryOpen(container: DependencyContainer): Promise<LocalDesk | undefined> {
    const lock = tryLock(container.resolve(STATE_FOLDER).lock(LOCAL_LOCK));
    return lock && LocalDesk.#with(container, lock);
  }

  static async #with(container: DependencyContainer, lock: HeldLock): Promise<LocalDesk> {
    try {
      const clock = container.resolve(CLOCK);
      const folder = container.resolve(STATE_FOLDER);
      const { journal, damagedFile } = await Journal.open(folder.localJournal, () => clock.now());
      if (damagedFile !== undefined) {
        container.resolve(LOG).error("the local journal was damaged; the rest is used", { damagedFile });
      }
      const uplink = new LocalUplink(folder, clock);
      const child = container.createChildContainer();
      child.registerInstance(JOURNAL, journal);
      child.registerInstance(COMMAND_UPLINK, uplink);
      child.registerSingleton(COMMAND_DESK, CommandDesk);
      dropWhatNobodyWaitsFor(journal);
      return new LocalDesk(child, journal, uplink, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Orders that a process began that is no more. */
  get interrupted(): readonly JournalEntry[] {
    return this.journal.unfinished();
  }

  /** Looks at what became of interrupted orders; nothing is run again. */
  async settle(signal: AbortSignal): Promise<void> {
    const desk = this.container.resolve(COMMAND_DESK);
    const giveUp = (): void => void desk.stop(signal);
    signal.addEventListener("abort", giveUp, { once: true });
    desk.resume();
    await this.#idle(desk);
    signal.removeEventListener("abort", giveUp);
  }

  /**
   * Carries out an order to its end, the scan after it included.
   *
   * @param stop stops it as long as that does no harm; later it is only noted.
   */
  async carryOut(order: LocalOrder, watcher: OrderWatcher, stop: AbortSignal): Promise<JournalEntry> {
    const desk = this.container.resolve(COMMAND_DESK);
    this.uplink.watch(watcher);
    const cancel = (): void => desk.cancel([order.id]);
    stop.addEventListener("abort", cancel, { once: true });
    desk.take([order]);
    if (stop.aborted) cancel();
    await this.#idle(desk);
    stop.removeEventListener("abort", cancel);
    const entry = this.journal.find(order.id);
    if (!entry) throw new Error(`The journal lost ${order.id}.`);
    return entry;
  }

  [Symbol.dispose](): void {
    this.journal.compactIfLarge();
    this.journal.close();
    this.uplink.close();
    this.lock.release();
  }

  async #idle(desk: CommandDesk): Promise<void> {
    const clock = this.container.resolve(CLOCK);
    const { signal } = new AbortController();
    while (desk.inHand().length > 0) await clock.sleep(POLL_MS, signal);
  }
}

/** What was ordered and not begun when its process ended is begun by nobody else: who ordered it is not there any more. */
function dropWhatNobodyWaitsFor(journal: Journal): void {
  for (const { command, startedAt } of journal.unfinished()) {
    if (startedAt === undefined) journal.drop(command.id);
  }
  const ended = journal.undelivered();
  for (const { command } of ended.slice(0, Math.max(0, ended.length - MOST_KEPT))) journal.drop(command.id);
}
