import { inject, injectable, type InjectionToken } from "tsyringe";
import type { Clock } from "../clock/clock.js";
import { waitForLock } from "../state/file-lock.js";
import type { StateFolder } from "../state/state-folder.js";
import { CLOCK, STATE_FOLDER } from "../tokens.js";
import { KeyedQueue } from "./keyed-queue.js";

/** Lets one job at a time reach a package manager. */
export const SOURCE_GATE: InjectionToken<SourceGate> = Symbol("SourceGate");

/** Lets one job at a time reach a package manager, in this process and among all that share the state folder. */
@injectable()
export class SourceGate {
  readonly #queue = new KeyedQueue();

  constructor(
    @inject(STATE_FOLDER) readonly folder: StateFolder,
    @inject(CLOCK) readonly clock: Clock,
  ) {}

  /**
   * Waits for the source and runs the job.
   *
   * @param onWait called once when another process has the source.
   * @throws the signal's reason when it aborts before its turn.
   */
  enter<Value>(
    source: string,
    signal: AbortSignal,
    job: () => Promise<Value>,
    onWait?: () => void,
  ): Promise<Value> {
    return this.#queue.run(source, async () => {
      const lock = await waitForLock(this.folder.lock(`source-${source}`), this.clock, signal, onWait);
      try {
        return await job();
      } finally {
        lock.release();
      }
    });
  }

  /** Resolves when no job waits or runs any more. */
  settled(): Promise<void> {
    return this.#queue.settled();
  }
}
