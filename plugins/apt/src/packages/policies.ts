import type { Call } from "@redflag/plugin-sdk";

import { readTool, type AptContext } from "../apt-context.js";
import { parsePackageKey } from "../parse/package-key.js";
import { parsePolicy, type PackagePolicy } from "../parse/parse-policy.js";

const BATCH = 500;

/** Asks apt's policy about packages: key to what it says. A package that apt does not know is missing. */
export async function readPolicies(
  context: AptContext,
  keys: readonly string[],
  privateIndex: boolean,
  call: Call,
): Promise<ReadonlyMap<string, PackagePolicy>> {
  const policies = new Map<string, PackagePolicy>();
  for (let start = 0; start < keys.length; start += BATCH) {
    const packages = keys.slice(start, start + BATCH).map((key) => ({ ...parsePackageKey(key) }));
    const text = await readTool(context, "show-policy", { privateIndex, packages }, call);
    for (const policy of parsePolicy(text)) policies.set(policy.key, policy);
  }
  return policies;
}
