import type { Call, Notice } from "@redflag/plugin-sdk";

import { runWhole, type AptContext } from "../apt-context.js";
import type { InstalledPackages } from "../packages/installed.js";
import { readPolicies } from "../packages/policies.js";
import { parsePackageKey } from "../parse/package-key.js";
import type { PackagePolicy } from "../parse/parse-policy.js";

const UNMET = "The following packages have unmet dependencies:";
const MAX_ASKED = 5;
const MAX_REASON_CHARS = 300;

/** Says of every package that apt keeps back, although nobody holds it, why it does: phasing, or what apt misses. */
export async function explainKeptBack(
  context: AptContext,
  keys: readonly string[],
  { installed, privateIndex }: { readonly installed: InstalledPackages; readonly privateIndex: boolean },
  call: Call,
): Promise<Notice[]> {
  if (keys.length === 0) return [];
  const policies = await readPolicies(context, keys, privateIndex, call);
  const notices: Notice[] = [];
  let asked = 0;
  for (const key of keys) {
    const policy = policies.get(key);
    const version = installed.get(key)?.version ?? "its version";
    if (policy?.phasedPercent != null) {
      notices.push(phased(policy, version));
      continue;
    }
    const candidate = policy?.candidate ?? null;
    asked += 1;
    const reason =
      candidate === null || asked > MAX_ASKED
        ? "Run apt-get dist-upgrade on the machine to see why."
        : await unmetOf(context, key, candidate, privateIndex, call);
    const message = `${key} stays at ${version}, because ${candidate ?? "a newer version"} cannot be installed. ${reason}`;
    notices.push({ code: "KEPT_BACK", key, message });
  }
  return notices;
}

function phased({ key, candidate, phasedPercent }: PackagePolicy, version: string): Notice {
  const message = `${key} stays at ${version} for now: ${candidate} is offered to ${phasedPercent} % of all machines, and this one is not among them yet.`;
  return { code: "PHASED", key, message };
}

/** apt's own words about what an installation of this version lacks. */
async function unmetOf(
  context: AptContext,
  key: string,
  version: string,
  privateIndex: boolean,
  call: Call,
): Promise<string> {
  const packages = [{ ...parsePackageKey(key), version }];
  const { stdout } = await runWhole(context, "simulate-install", { privateIndex, packages }, call);
  const lines = stdout.split("\n");
  const start = lines.indexOf(UNMET);
  const below = start === -1 ? [] : lines.slice(start + 1);
  const end = below.findIndex((line) => !line.startsWith(" "));
  const reason = (end === -1 ? below : below.slice(0, end)).map((line) => line.trim()).join("; ");
  return reason === "" ? "apt does not say why." : `${reason.slice(0, MAX_REASON_CHARS)}.`;
}
