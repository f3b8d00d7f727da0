import type { Call } from "./call.js";
import type { HoldMark } from "./hold.js";
import type { InstallEvent, Receipt, Verification } from "./install.js";
import type { Plan, PlanRequest, PlanWish } from "./plan.js";
import type { ReleaseNotes } from "./release-notes.js";
import type { Detection, ScanReport, ScanRequest } from "./scan.js";

/**
 * One package manager on one machine. Everything it takes and gives can be structured-cloned (the call's signal and log
 * are handles that the host bridges), so that a source can live in another process.
 *
 * Every method throws only {@link PluginError}.
 */
export interface Source {
  /** Is there anything to look after? Cheap, no network, changes nothing. Limit 10 s. */
  detect(call: Call): Promise<Detection>;
  /** Everything that is pending. May refresh an index, changes nothing else. Limit 5 min. */
  scan(request: ScanRequest, call: Call): Promise<ScanReport>;
  /** The exact transaction for some updates of the last scan. Changes nothing. Limit 2 min. */
  plan?(request: PlanRequest, call: Call): Promise<Plan>;
  /**
   * What an update of the last scan brings, in its makers' words, for people to read before they approve it. May use the
   * network, changes nothing. Throws `UNSUPPORTED` when there are none. Limit 30 s.
   */
  releaseNotes?(update: PlanWish, call: Call): Promise<ReleaseNotes>;
  /**
   * Carries out exactly `plan`. Resolves it again first and throws `PLAN_STALE`, with the difference in words, when the
   * result is another transaction. Limit 2 h.
   */
  install?(plan: Plan, call: Call): AsyncIterable<InstallEvent>;
  /** Compares what is installed with what the plan said. Changes nothing. Limit 5 min. */
  verify?(plan: Plan, call: Call): Promise<readonly Verification[]>;
  /**
   * Has the package manager itself keep packages as they are, whoever uses it, or (`isHeld` false) takes such marks away,
   * whoever set them. Idempotent; what is as wanted already is left alone. Returns one line for each key, by asking the
   * package manager afterwards. Throws `LOCKED` when another process had the lock until the deadline. Limit 10 min.
   */
  hold?(keys: readonly string[], isHeld: boolean, call: Call): Promise<readonly HoldMark[]>;
  /**
   * Takes back what an installation changed, as its receipt says, and nothing else; whatever it did not change or cannot
   * bring back stays. Throws `PLAN_STALE`, with the difference in words, when the machine moved since or anything else
   * would move. The receipt of a rollback names the plan of the installation; its items go the other way. Limit 1 h.
   */
  rollback?(receipt: Receipt, call: Call): AsyncIterable<InstallEvent>;
  /** Gives back whatever the source holds. */
  dispose?(): Promise<void>;
}
