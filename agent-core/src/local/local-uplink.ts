import type { Clock } from "../clock/clock.js";
import type { CommandUplink } from "../jobs/command-uplink.js";
import type { ClaimedCommand, ProgressInput } from "../protocol/operations.js";
import { OutputSpool } from "../state/output-spool.js";
import type { StateFolder } from "../state/state-folder.js";

/** Whoever looks on while an order is carried out. */
export interface OrderWatcher {
  progress(progress: ProgressInput): void;
  line(text: string): void;
  /** Another process has the package manager; the order waits for it. */
  waiting(): void;
}

const NOBODY: OrderWatcher = {
  progress: () => undefined,
  line: () => undefined,
  waiting: () => undefined,
};

/** Tells whoever looks on instead of a server, and keeps the output for a server that comes later. */
export class LocalUplink implements CommandUplink {
  readonly #spools = new Map<string, OutputSpool>();
  #watcher = NOBODY;

  constructor(
    readonly folder: StateFolder,
    readonly clock: Clock,
  ) {}

  watch(watcher: OrderWatcher): void {
    this.#watcher = watcher;
  }

  async begin(): Promise<"begun"> {
    return "begun";
  }

  progress(_command: ClaimedCommand, progress: ProgressInput): void {
    this.#watcher.progress(progress);
  }

  line({ id }: ClaimedCommand, text: string): void {
    this.#spoolOf(id).append(text, this.clock.now());
    this.#watcher.line(text);
  }

  toldLines(commandId: string): readonly string[] {
    return this.#spoolOf(commandId).texts();
  }

  waiting(): void {
    this.#watcher.waiting();
  }

  /** The journal has it; a server is told when there is one. */
  finished(): void {}

  /** Nobody hands a local order over again. */
  adopted(): void {}

  /** The resident agent offers the report with its next check-in. */
  scanned(): void {}

  close(): void {
    for (const spool of this.#spools.values()) spool.close();
    this.#spools.clear();
  }

  #spoolOf(commandId: string): OutputSpool {
    const known = this.#spools.get(commandId);
    if (known) return known;
    const spool = OutputSpool.open(this.folder.output(commandId));
    this.#spools.set(commandId, spool);
    return spool;
  }
}
