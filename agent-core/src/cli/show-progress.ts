import type { LocalOrder } from "../local/local-order.js";
import type { OrderWatcher } from "../local/local-uplink.js";
import type { ProgressInput } from "../protocol/operations.js";
import { visibleText } from "../text/visible-text.js";
import type { CliContext } from "./cli-context.js";

const STEP_PERCENT = 10;
const TAIL_LINES = 20;

const PHASES: Readonly<Record<string, string>> = {
  resolve: "Resolving again",
  download: "Downloading",
  check: "Checking",
};

/** Shows an order as it comes along: one live line at a terminal, plain lines elsewhere. */
export class ProgressView implements OrderWatcher {
  readonly #tail: string[] = [];
  #shown = "";
  #percent = 0;
  #isCancellable = true;

  constructor(
    readonly context: CliContext,
    readonly order: LocalOrder,
    readonly sayWaiting: () => void,
  ) {}

  /** False from the moment on when the order can no longer be stopped without harm. */
  get isCancellable(): boolean {
    return this.#isCancellable;
  }

  /** The last lines of the package manager's output. */
  get tail(): readonly string[] {
    return this.#tail;
  }

  waiting(): void {
    this.sayWaiting();
  }

  progress({ phase, percent, itemName, isCancellable }: ProgressInput): void {
    this.#isCancellable = isCancellable;
    const commit = this.order.type === "ROLLBACK" ? "Rolling back" : "Installing";
    const step = phase === "commit" ? commit : (PHASES[phase] ?? visibleText(phase, 40));
    const what = [step, itemName ?? ""].filter(Boolean).join(" ");
    const { terminal, output } = this.context;
    const known = percent ?? null;
    if (terminal) {
      terminal.status(known === null ? what : `${String(Math.floor(known)).padStart(3)} % ${what}`);
      return;
    }
    const isStep = known !== null && known >= this.#percent + STEP_PERCENT;
    if (what === this.#shown && !isStep) return;
    this.#shown = what;
    this.#percent = known ?? this.#percent;
    output.err(known === null ? what : `${what}, ${Math.floor(known)} %`);
  }

  line(text: string): void {
    this.#tail.push(visibleText(text, 2_000));
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
  }

  /** Takes the live line away. */
  end(): void {
    this.context.terminal?.status("");
  }
}
