import { updateTransitions, type UpdateMove, type UpdateState } from "../update-states.js";

/** What an update is believed to be, without any database. */
export interface Belief {
  readonly key: string;
  readonly candidate: string;
  state: UpdateState;
  isMarked: boolean;
  isPinned: boolean;
}

/** What a scan sees beside what is pending. */
export interface Sight {
  /** What the machine's package manager holds. */
  readonly marks: readonly string[];
  readonly pins: readonly string[];
  /** What waits for a restart; null when nobody knows. */
  readonly restarts: readonly string[] | null;
}

/** The same rules as the server's, written down once more and much more simply. */
export class UpdateModel {
  readonly updates: Belief[] = [];
  readonly held = new Set<string>();
  /** Commands about marks that wait, in their order. */
  readonly pending: { type: "HOLD" | "RELEASE"; key: string }[] = [];

  openOf(key: string): Belief | undefined {
    return this.updates.find(
      (update) => update.key === key && !["CLOSED", "VERIFIED"].includes(update.state),
    );
  }

  move(update: Belief, move: UpdateMove): boolean {
    const next = updateTransitions[update.state][move];
    update.state = next ?? update.state;
    return next !== undefined;
  }

  scan(listing: Readonly<Record<string, string>>, isComplete: boolean, sight: Sight): void {
    const { marks, pins, restarts } = sight;
    const holds = (key: string) => ({ isMarked: marks.includes(key), isPinned: pins.includes(key) });
    for (const key of ["curl", "bash"]) {
      const open = this.openOf(key);
      const candidate = listing[key];
      if (open?.state === "INSTALLING") continue;
      if (open && candidate === open.candidate) {
        this.move(open, "contradict");
        Object.assign(open, holds(key));
      }
      if (open && candidate !== undefined && candidate !== open.candidate) this.move(open, "close");
      if (open && candidate === undefined && isComplete) this.vanish(open, restarts);
    }
    for (const [key, candidate] of Object.entries(listing)) {
      if (!this.openOf(key)) this.updates.push({ key, candidate, state: "PENDING", ...holds(key) });
    }
  }

  vanish(open: Belief, restarts: readonly string[] | null): void {
    const waits = restarts?.includes(open.key) === true;
    if (open.state === "RESTART_NEEDED" && (waits || restarts === null)) return;
    const isDone = open.state === "INSTALLED" || open.state === "RESTART_NEEDED";
    this.move(open, !isDone ? "close" : waits ? "awaitRestart" : "prove");
  }

  rollBack(update: Belief): void {
    const open = this.openOf(update.key);
    if (open === undefined || open === update || open.candidate === update.candidate) {
      this.move(open ?? update, "rollBack");
    }
    if (this.openOf(update.key) !== update) this.move(update, "giveWay");
  }

  willBeMarked(key: string): boolean {
    const last = this.pending.findLast((command) => command.key === key);
    return last ? last.type === "HOLD" : (this.openOf(key)?.isMarked ?? this.held.has(key));
  }

  hold(key: string): void {
    if (!this.willBeMarked(key)) this.pending.push({ type: "HOLD", key });
    this.held.add(key);
  }

  /** False when only a pin holds it. */
  release(key: string): boolean {
    const isMarked = this.willBeMarked(key);
    const open = this.openOf(key);
    const isPending = this.pending.some((command) => command.key === key);
    if (isMarked) this.pending.push({ type: "RELEASE", key });
    const isHeld = this.held.delete(key);
    return isHeld || isMarked || isPending || open?.isPinned !== true;
  }

  /** The machine follows all that waits, or fails at it. */
  follow(hasFailed: boolean): void {
    for (const { type, key } of this.pending.splice(0)) {
      const open = this.openOf(key);
      if (open && !hasFailed) open.isMarked = type === "HOLD";
    }
  }

  isHeld(update: Belief): boolean {
    return this.held.has(update.key) || update.isMarked || update.isPinned;
  }

  approve(update: Belief, acceptRejected: boolean): boolean {
    if (update.state === "APPROVED") return true;
    const isAllowed = ["PENDING", "FAILED", "ROLLED_BACK"].includes(update.state);
    const isOverruled = update.state === "REJECTED" && acceptRejected;
    if (!(isAllowed || isOverruled) || this.isHeld(update)) return false;
    return this.move(update, isAllowed ? "approve" : "overrule");
  }
}
