import { createHash } from "node:crypto";
import type { PlanItem, PlanRemoval } from "./plan.js";

/** The parts of a plan that make it this transaction and no other. */
export interface PlanContent {
  readonly items: readonly PlanItem[];
  readonly alsoInstalls: readonly PlanItem[];
  readonly alsoRemoves: readonly PlanRemoval[];
}

type Line = readonly [key: string, name: string, arch: string | null, from: string | null, to: string | null];

/**
 * SHA-256, 64 hex digits, over what would change: key, name, architecture, version before and version after of every
 * package, in canonical JSON. Neither the order of the packages nor sizes, origins or blockers matter.
 */
export function planDigest(plan: PlanContent): string {
  const content = {
    alsoInstalls: canonicalLines(plan.alsoInstalls),
    alsoRemoves: canonicalLines(plan.alsoRemoves),
    items: canonicalLines(plan.items),
  };
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

function canonicalLines(items: readonly (PlanItem | PlanRemoval)[]): Line[] {
  return items.map(toLine).toSorted((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
}

function toLine(item: PlanItem | PlanRemoval): Line {
  const to = "toVersion" in item ? item.toVersion : null;
  return [item.key, item.name, item.arch ?? null, item.fromVersion, to];
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
