import { isSlotValue, PluginError } from "@redflag/plugin-sdk";

import { parsePackageKey } from "./package-key.js";

/** One `Inst` line: a package that would be installed or upgraded. */
export interface SimulatedInstall {
  /** `name[:arch]` as apt writes it. */
  readonly key: string;
  readonly name: string;
  /** The architecture of the version that would be installed: `amd64`, `all` … */
  readonly arch: string;
  readonly installed: string | null;
  readonly candidate: string;
  /** `Label:version/suite` of every archive that offers the version. */
  readonly origins: readonly string[];
}

/** One `Remv` or `Purg` line. */
export interface SimulatedRemoval {
  readonly key: string;
  readonly name: string;
  readonly installed: string;
}

/** What `apt-get --simulate` resolved. */
export interface Simulation {
  readonly installs: readonly SimulatedInstall[];
  readonly removals: readonly SimulatedRemoval[];
  /** `name[:arch]` of what has a newer version and stays: held, phased, or impossible. */
  readonly keptBack: readonly string[];
}

const SUMMARY =
  /^(\d+) upgraded, (\d+) newly installed, (?:(\d+) reinstalled, )?(?:(\d+) downgraded, )?(\d+) to remove and \d+ not upgraded\.$/;
/** Each is followed by indented lines of names. */
const KEPT_HEADINGS = new Set([
  "The following packages have been kept back:",
  "The following upgrades have been deferred due to phasing:",
]);
const VERSION_CHARS = /^[A-Za-z0-9.+~:-]+$/;

/**
 * Reads the output of `apt-get --simulate` in the C locale.
 *
 * @throws PluginError `UNPARSABLE_OUTPUT` for a line of unknown shape, a missing summary, or a summary that counts
 *   otherwise than the lines: no answer is better than one with fewer updates
 */
export function parseSimulation(stdout: string): Simulation {
  const installs = new Map<string, SimulatedInstall>();
  const removals = new Map<string, SimulatedRemoval>();
  const keptBack: string[] = [];
  let summary: RegExpExecArray | null = null;
  let isBelowHeading = false;
  for (const line of stdout.split("\n")) {
    isBelowHeading = KEPT_HEADINGS.has(line) || (isBelowHeading && line.startsWith("  "));
    if (isBelowHeading && line.startsWith("  ")) {
      keptBack.push(...line.split(" ").filter((name) => isPackageKey(name)));
    } else if (line.startsWith("Inst ")) {
      const install = parseInstall(line);
      installs.set(install.key, install);
      removals.delete(install.key);
    } else if (line.startsWith("Remv ") || line.startsWith("Purg ")) {
      const removal = parseRemoval(line);
      removals.set(removal.key, removal);
    } else {
      summary ??= SUMMARY.exec(line);
    }
  }
  if (summary === null) throw unparsable("it has no summary line", stdout);
  const [, upgraded, added, reinstalled = "0", downgraded = "0", removed] = summary;
  const expected = [upgraded, added, reinstalled, downgraded].reduce((sum, count) => sum + Number(count), 0);
  if (installs.size !== expected || removals.size !== Number(removed)) {
    throw unparsable(
      `it lists ${installs.size} + ${removals.size} packages but counts otherwise`,
      summary[0],
    );
  }
  return { installs: [...installs.values()], removals: [...removals.values()], keptBack };
}

/** `Inst name[:arch] [old] (new Label:version/suite, … [arch]) [trailing…]`; `[old]` is absent for a new package. */
function parseInstall(line: string): SimulatedInstall {
  const open = line.indexOf(" (");
  const close = line.indexOf("])", open);
  if (open === -1 || close === -1) throw unparsable("it has a line of unknown shape", line);
  const [key = "", old] = line.slice("Inst ".length, open).split(" ");
  const inner = line.slice(open + 2, close);
  const bracket = inner.lastIndexOf(" [");
  const space = inner.indexOf(" ");
  const arch = inner.slice(bracket + 2);
  const candidate = inner.slice(0, space);
  const origins = space < bracket ? inner.slice(space + 1, bracket).split(", ") : [];
  const installed = old === undefined ? null : unbracketed(old, line);
  const name = checkedName(key, line);
  if (bracket === -1 || !isSlotValue("debian-architecture", arch) || !VERSION_CHARS.test(candidate)) {
    throw unparsable("it has a line of unknown shape", line);
  }
  return { key, name, arch, installed, candidate, origins };
}

function parseRemoval(line: string): SimulatedRemoval {
  const [, key = "", old = ""] = line.split(" ");
  return { key, name: checkedName(key, line), installed: unbracketed(old, line) };
}

function checkedName(key: string, line: string): string {
  if (!isPackageKey(key)) throw unparsable("it has a package name that dpkg would not accept", line);
  return parsePackageKey(key).name;
}

function isPackageKey(key: string): boolean {
  const { name, arch } = parsePackageKey(key);
  return (
    isSlotValue("debian-package", name) && (arch === undefined || isSlotValue("debian-architecture", arch))
  );
}

function unbracketed(text: string, line: string): string {
  const version = text.slice(1, -1);
  if (!text.startsWith("[") || !text.endsWith("]") || !VERSION_CHARS.test(version)) {
    throw unparsable("it has a line of unknown shape", line);
  }
  return version;
}

function unparsable(problem: string, evidence: string): PluginError {
  const shown = JSON.stringify(evidence.trim().slice(-160));
  return new PluginError(
    "UNPARSABLE_OUTPUT",
    `The simulation of apt-get cannot be read: ${problem}: ${shown}`,
  );
}
