import type { InstallEvent, Plan } from "@redflag/plugin-sdk";
import * as v from "valibot";
import { checkShape, name, text, violation } from "./check-output.js";
import { RECEIPT, RECEIPT_ITEM } from "./check-receipt.js";
import { RESTARTS } from "./check-restarts.js";

const MAX_LINE_LENGTH = 70_000;

const EVENT = v.variant("type", [
  v.object({
    type: v.literal("phase"),
    phase: v.picklist(["resolve", "download", "commit", "check"]),
    cancellable: v.boolean(),
  }),
  v.object({
    type: v.literal("progress"),
    percent: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
    key: v.exactOptional(name(255)),
    message: v.exactOptional(text(4_000)),
  }),
  v.object({ type: v.literal("item"), ...RECEIPT_ITEM }),
  v.object({
    type: v.literal("output"),
    stream: v.picklist(["stdout", "stderr"]),
    line: text(MAX_LINE_LENGTH),
  }),
  v.object({
    type: v.literal("finished"),
    receipt: RECEIPT,
    restart: RESTARTS,
  }),
]);

/** Watches over one installation or rollback: a phase first, percent never falling, exactly one `finished`, and that the last. */
export class InstallGrammar {
  #percent = 0;
  #hasPhase = false;
  #isFinished = false;
  #isCommitted = false;

  constructor(readonly plan: Pick<Plan, "id" | "digest">) {}

  /** True from the first phase on that an abort does not interrupt. */
  get isCommitted(): boolean {
    return this.#isCommitted;
  }

  /** Checks the next event. A percentage that falls is raised to the last one, for nothing depends on it. */
  take(value: unknown): InstallEvent {
    const event = checkShape(EVENT, "install event", value);
    if (this.#isFinished) throw violation("installation", `${event.type} came after finished`);
    if (!this.#hasPhase && event.type !== "phase")
      throw violation("installation", `it began with ${event.type}`);
    if (event.type === "phase") {
      this.#hasPhase = true;
      this.#isCommitted ||= !event.cancellable;
    }
    if (event.type === "finished") this.#finish(event.receipt);
    if (event.type !== "progress") return event;
    this.#percent = Math.max(this.#percent, event.percent);
    return { ...event, percent: this.#percent };
  }

  /** To be called when the plugin's iterable has ended. */
  end(): void {
    if (!this.#isFinished) throw violation("installation", "it ended without finished");
  }

  #finish(receipt: { readonly planDigest: string; readonly planId: string }): void {
    if (receipt.planDigest !== this.plan.digest || receipt.planId !== this.plan.id) {
      throw violation("installation", "the receipt is that of another plan");
    }
    this.#isFinished = true;
  }
}
