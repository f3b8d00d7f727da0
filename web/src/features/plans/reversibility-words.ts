import type { graphql } from "../../data/graphql.js";

/** How far an install can be taken back. */
export type ReversibilityLevel = ReturnType<typeof graphql.scalar<"ReversibilityLevel">>;

/** How far an install can be taken back, and why not in full; null when nobody knows. */
export interface Reversibility {
  readonly level: ReversibilityLevel;
  readonly reasons: readonly string[];
}

/** The level in a few words, for a fact. */
export const REVERSIBILITY = {
  REVERSIBLE: "can be rolled back",
  PARTLY: "can be rolled back only in part",
  NOT: "cannot be rolled back",
} as const satisfies Record<ReversibilityLevel, string>;

/** Whether rolling back leaves something as it is, or nobody can say what. */
export const isLeavingSomething = (reversibility: Reversibility | null): boolean =>
  reversibility?.level !== "REVERSIBLE";
