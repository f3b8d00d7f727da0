import { compareDebianVersions, type PlanKept } from "@redflag/plugin-sdk";

import type { InstalledPackages } from "../packages/installed.js";
import { parsePackageKey } from "../parse/package-key.js";
import type { PackagePolicy } from "../parse/parse-policy.js";
import type { Transaction } from "./resolve.js";

type Content = Pick<Transaction, "items" | "alsoInstalls" | "alsoRemoves">;

/** Installed packages of the same sources as the transaction's, which people expect to move together, outside of it. */
export function siblingsOf(content: Content, installed: InstalledPackages): string[] {
  const touched = new Set(
    [...content.items, ...content.alsoInstalls, ...content.alsoRemoves].map(({ key }) => key),
  );
  const sources = new Set([...touched].flatMap((key) => installed.get(key)?.source ?? []));
  return [...installed.values()]
    .filter(({ key, source }) => sources.has(source) && !touched.has(key))
    .map(({ key }) => key);
}

/** The siblings that have a newer version and stay, each with the reason. */
export function keptSiblings(
  siblings: readonly string[],
  installed: InstalledPackages,
  policies: ReadonlyMap<string, PackagePolicy>,
  holds: readonly string[],
): PlanKept[] {
  return siblings.flatMap((key) => {
    const found = installed.get(key);
    const policy = policies.get(key);
    if (found === undefined || !policy?.candidate) return [];
    if (compareDebianVersions(policy.candidate, found.version) <= 0) return [];
    return [
      {
        key,
        name: parsePackageKey(key).name,
        arch: found.arch,
        installedVersion: found.version,
        candidateVersion: policy.candidate,
        reason: reasonOf(policy, holds, found.source),
      },
    ];
  });
}

function reasonOf({ key, phasedPercent }: PackagePolicy, holds: readonly string[], source: string): string {
  if (holds.includes(key)) return "It is held by apt-mark hold.";
  if (phasedPercent !== null) return `It is offered to ${phasedPercent} % of all machines.`;
  return `It comes from the same source (${source}) and was not chosen.`;
}
