import type { InsideMachine } from "./inside-machine.ts";

/** What apt-get itself would do. */
export interface AptSimulation {
  /** Name, architecture and version of each package that would be installed, sorted. */
  readonly installed: readonly string[];
  /** Names of the packages that would be removed, sorted. */
  readonly removed: readonly string[];
}

/** Asks `apt-get -s dist-upgrade`. */
export async function simulateUpgrade(machine: InsideMachine): Promise<AptSimulation> {
  const { code, stdout, stderr } = await machine.run(["apt-get", "-s", "dist-upgrade"]);
  if (code !== 0) throw new Error(`apt-get -s dist-upgrade ended with ${code}: ${stderr}`);
  const lines = stdout.split("\n");
  const installed = lines.flatMap((line) => {
    const [, name, version, architecture] =
      /^Inst (\S+?)(?::\S+)? (?:\[\S+\] )?\((\S+) .*\[(\w+)\]\)/.exec(line) ?? [];
    return name === undefined ? [] : [[name, architecture, version].join(" ")];
  });
  const removed = lines.flatMap((line) => /^Remv (\S+?)(?::\S+)? /.exec(line)?.[1] ?? []);
  return { installed: installed.toSorted(), removed: removed.toSorted() };
}
