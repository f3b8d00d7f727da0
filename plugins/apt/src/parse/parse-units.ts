/** A service and the package that owns it. */
export interface OwnedService {
  /** Package name without architecture. */
  readonly owner: string;
  /** `ssh.service`. */
  readonly unit: string;
}

/**
 * Reads `dpkg-query --search`: `owner[:arch][, owner…]: /path`. Templates, which only their instances run of, and lines
 * for people are left out. Never throws: what restarts is a forecast.
 */
export function parseUnits(stdout: string): OwnedService[] {
  const services = new Map<string, OwnedService>();
  for (const line of stdout.split("\n")) {
    const split = line.indexOf(": /");
    const file = line.slice(split + 2);
    const base = file.slice(file.lastIndexOf("/") + 1);
    const unit = base.endsWith(".service") ? base : `${base}.service`;
    if (split === -1 || base === "" || unit.endsWith("@.service") || line.startsWith("diversion by "))
      continue;
    for (const who of line.slice(0, split).split(", ")) {
      const owner = who.split(":", 1)[0] ?? who;
      services.set(`${owner} ${unit}`, { owner, unit });
    }
  }
  return [...services.values()];
}
