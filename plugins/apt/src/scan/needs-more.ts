import type { PackageRecord } from "../parse/parse-records.js";
import type { Simulation } from "../parse/parse-simulation.js";

/**
 * What an update brings or drives out, by its own record: the reason why a plain `apt-get upgrade` keeps it back. Null
 * when it needs neither.
 */
export function changeBeyondUpgrade(
  record: PackageRecord | undefined,
  { installs, removals }: Pick<Simulation, "installs" | "removals">,
): string | null {
  const needed = namesIn(record?.needs ?? "");
  const refused = namesIn(record?.refuses ?? "");
  const added = installs.filter(({ installed, name }) => installed === null && needed.has(name));
  const removed = removals.filter(({ name }) => refused.has(name));
  const parts = [...added.map(({ key }) => `installs ${key}`), ...removed.map(({ key }) => `removes ${key}`)];
  return parts.length === 0 ? null : parts.join(", ");
}

/** The package names of a field of relations: `a (>= 1) | b:any, c`. */
function namesIn(relations: string): ReadonlySet<string> {
  const alternatives = relations.split(/[,|]/);
  return new Set(alternatives.map((text) => text.trim().split(/[\s(:[<]/, 1)[0] ?? ""));
}
