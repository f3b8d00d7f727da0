import { checkDetection } from "./check-detection.js";
import { checkHold } from "./check-hold.js";
import { checkPlan } from "./check-plan.js";
import { checkReleaseNotes } from "./check-release-notes.js";
import { checkScanReport } from "./check-scan.js";
import { checkVerifications } from "./check-verify.js";
import { InstallGrammar } from "./install-grammar.js";

/** What a step may change: nothing, an index of available packages, or the machine. */
export type MayMutate = "nothing" | "index" | "machine";

/** One row of the lifecycle. */
export interface LifecycleRow {
  /** Every plugin has it; otherwise the manifest's capability of the same name says. */
  readonly isRequired: boolean;
  readonly mayMutate: MayMutate;
  /** After that many milliseconds the host aborts the step. */
  readonly limitMs: number;
}

/**
 * What a plugin goes through, in order, with what the host allows and checks at each step. The limits live here and not
 * in plugins.
 */
export const LIFECYCLE = {
  load: { isRequired: true, mayMutate: "nothing", limitMs: 5_000 },
  configure: { isRequired: true, mayMutate: "nothing", limitMs: 1_000 },
  detect: { isRequired: true, mayMutate: "nothing", limitMs: 10_000, check: checkDetection },
  scan: { isRequired: true, mayMutate: "index", limitMs: 5 * 60_000, check: checkScanReport },
  plan: { isRequired: false, mayMutate: "nothing", limitMs: 2 * 60_000, check: checkPlan },
  releaseNotes: { isRequired: false, mayMutate: "nothing", limitMs: 30_000, check: checkReleaseNotes },
  install: { isRequired: false, mayMutate: "machine", limitMs: 2 * 3_600_000, check: InstallGrammar },
  verify: { isRequired: false, mayMutate: "nothing", limitMs: 5 * 60_000, check: checkVerifications },
  hold: { isRequired: false, mayMutate: "machine", limitMs: 10 * 60_000, check: checkHold },
  rollback: { isRequired: false, mayMutate: "machine", limitMs: 3_600_000, check: InstallGrammar },
} as const satisfies Record<string, LifecycleRow & { check?: unknown }>;

/** The name of a step. */
export type Step = keyof typeof LIFECYCLE;

/** The limits of every step in milliseconds. */
export type StepLimits = Readonly<Record<Step, number>>;

/** The limits of {@link LIFECYCLE}. */
export const STEP_LIMITS: StepLimits = Object.fromEntries(
  Object.entries(LIFECYCLE).map(([step, row]) => [step, row.limitMs]),
) as Record<Step, number>;
