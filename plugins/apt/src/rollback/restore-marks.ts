import type { Call, PlanContent } from "@redflag/plugin-sdk";

import { runWhole, type AptContext } from "../apt-context.js";
import { readKept } from "../keep/kept-store.js";
import { tellingLines } from "../parse/classify-failure.js";
import { parsePackageKey } from "../parse/package-key.js";

/**
 * Marks what came back as asked for by somebody, unless it is known to have come along with others: a mark too many
 * keeps a package, one too few lets apt remove it.
 *
 * @returns package key to what went wrong with it
 */
export async function restoreMarks(
  context: AptContext,
  planId: string,
  { alsoInstalls }: Pick<PlanContent, "alsoInstalls">,
  call: Call,
): Promise<ReadonlyMap<string, string>> {
  const manual = (await readKept(context)).get(planId)?.manual;
  const keys = alsoInstalls.map(({ key }) => key).filter((key) => manual?.includes(key) ?? true);
  if (keys.length === 0) return new Map();
  const problem = await mark(context, keys, call);
  return new Map(problem === null ? [] : keys.map((key) => [key, problem]));
}

async function mark(context: AptContext, keys: readonly string[], call: Call): Promise<string | null> {
  const packages = keys.map((key) => ({ ...parsePackageKey(key) }));
  try {
    const result = await runWhole(context, "mark-manual", { packages }, call);
    return result.exitCode === 0 ? null : explain(tellingLines(result));
  } catch (error) {
    return explain(error instanceof Error ? error.message : String(error));
  }
}

function explain(reason: string): string {
  return `It counts as installed automatically now, because apt-mark failed. ${reason}`;
}
