import type { InsideMachine } from "./inside-machine.ts";

const STATUS = "/var/lib/dpkg/status";
const RELATION = /([a-z0-9][a-z0-9.+-]+)(:[a-z0-9]+)? \((>?=) ([^)\s]+)\)/g;

/**
 * Makes this many packages look a little older than they are, spread over all that are installed, so that as many updates
 * are pending. What other packages ask of them gets as much older.
 */
export function makePackagesOld(root: InsideMachine, count: number): void {
  const stanzas = root.read(STATUS).split("\n\n");
  const packages = stanzas.flatMap((stanza) => {
    const name = /^Package: (.*)$/m.exec(stanza)?.[1];
    const version = /^Version: (.*)$/m.exec(stanza)?.[1];
    return name !== undefined && version !== undefined ? [[name, version] as const] : [];
  });
  const step = packages.length / Math.min(count, packages.length);
  const old = new Map(packages.filter((_, index) => Math.floor(index % step) === 0));
  const aged = stanzas.map((stanza) => {
    const name = /^Package: (.*)$/m.exec(stanza)?.[1] ?? "";
    const related = stanza.replaceAll(RELATION, (whole, needed: string, arch = "", sign: string, version) =>
      old.get(needed) === version ? `${needed}${arch} (${sign} ${version}~)` : whole,
    );
    return old.has(name) ? related.replace(/^Version: .*$/m, "$&~") : related;
  });
  root.write(STATUS, aged.join("\n\n"));
}
