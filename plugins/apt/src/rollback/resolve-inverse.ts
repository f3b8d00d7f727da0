import type { Call, PlanContent, SlotValues } from "@redflag/plugin-sdk";

import { runWhole, type AptContext } from "../apt-context.js";
import { tellingLines } from "../parse/classify-failure.js";
import { parsePackageKey } from "../parse/package-key.js";
import { parseSimulation } from "../parse/parse-simulation.js";
import { describeDifference } from "../plan/recheck-plan.js";
import { planItem, planRemoval } from "../plan/resolve.js";
import type { CollectedDebs } from "./collect-debs.js";
import { staleRollback } from "./stale-rollback.js";

/** A rollback that apt would carry out to the last package. */
export interface ResolvedInverse {
  readonly content: PlanContent;
  readonly slots: SlotValues;
}

/**
 * Asks apt what going back would do, without doing it, and accepts nothing but exactly that.
 *
 * @throws PluginError `PLAN_STALE` with the difference when anything else would move
 */
export async function resolveInverse(
  context: AptContext,
  inverse: PlanContent,
  { files, lost }: CollectedDebs,
  call: Call,
): Promise<ResolvedInverse> {
  const content = without(inverse, new Set(lost.map(({ key }) => key)));
  // What cannot go back may need what came with it, so then that may stay.
  const lesser = { ...content, alsoRemoves: [] };
  const choices = lost.length > 0 && content.alsoRemoves.length > 0 ? [content, lesser] : [content];
  let difference: readonly string[] = [];
  for (const choice of choices) {
    const slots = slotsOf(choice, files);
    const simulation = await runWhole(context, "simulate-rollback", slots, call);
    if (simulation.exitCode !== 0) {
      difference = [tellingLines(simulation)];
      continue;
    }
    const { installs, removals } = parseSimulation(simulation.stdout);
    const now = {
      items: installs.map((install) => planItem(install, () => undefined)),
      alsoInstalls: [],
      alsoRemoves: removals.map(planRemoval),
    };
    difference = describeDifference(choice, now, "wanted");
    if (difference.length === 0) return { content: choice, slots };
  }
  throw staleRollback("other packages would not stay as they are", difference);
}

function without({ items, alsoInstalls, alsoRemoves }: PlanContent, lost: ReadonlySet<string>): PlanContent {
  const isThere = ({ key }: { readonly key: string }): boolean => !lost.has(key);
  return { items: items.filter(isThere), alsoInstalls: alsoInstalls.filter(isThere), alsoRemoves };
}

function slotsOf(
  { items, alsoInstalls, alsoRemoves }: PlanContent,
  files: CollectedDebs["files"],
): SlotValues {
  return {
    debs: [...items, ...alsoInstalls].map(({ key }) => files.get(key)).filter((file) => file !== undefined),
    removals: alsoRemoves.map(({ key }) => ({ ...parsePackageKey(key), sign: "-" })),
  };
}
