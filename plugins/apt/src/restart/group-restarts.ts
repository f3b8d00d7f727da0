import type { OutdatedProcess, PendingRestart } from "@redflag/plugin-sdk";

import type { FileOwners } from "./file-owners.js";

const MAX_SHOWN = 5;

/** One restart for each unit whose processes run replaced code of packages. Code of no package is left out. */
export function groupRestarts(processes: readonly OutdatedProcess[], owners: FileOwners): PendingRestart[] {
  const units = new Map<
    string,
    { unit: OutdatedProcess["unit"]; programs: Set<string>; keys: Set<string> }
  >();
  for (const { unit, name, files } of processes) {
    const keys = files.flatMap((file) => owners.get(file) ?? []);
    if (keys.length === 0) continue;
    const id = `${unit.kind} ${unit.name}`;
    const group = units.get(id) ?? { unit, programs: new Set(), keys: new Set() };
    group.programs.add(name);
    for (const key of keys) group.keys.add(key);
    units.set(id, group);
  }
  return [...units.values()].map(({ unit, programs, keys }) => ({
    ...unit,
    keys: [...keys].toSorted(),
    reason: `${listed(programs)} ${programs.size === 1 ? "runs" : "run"} code of ${listed(keys)} from before the last update.`,
  }));
}

function listed(names: ReadonlySet<string>): string {
  const sorted = [...names].toSorted();
  const shown = sorted.slice(0, MAX_SHOWN).join(", ");
  return sorted.length > MAX_SHOWN ? `${shown} and ${sorted.length - MAX_SHOWN} more` : shown;
}
