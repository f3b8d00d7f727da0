import { PluginError } from "@redflag/plugin-sdk";

/** What apt's policy says about one package. */
export interface PackagePolicy {
  /** `name[:arch]` as apt writes it. */
  readonly key: string;
  /** The version that apt would take, phased or not; null when pins forbid every version. */
  readonly candidate: string | null;
  /** How much of all machines the candidate is offered to, in percent; null when to all. */
  readonly phasedPercent: number | null;
}

const CANDIDATE = "  Candidate: ";
const PHASED = " (phased ";

/**
 * Reads `apt-cache policy name…`: a line `key:`, indented facts, and a table of versions.
 *
 * @throws PluginError `UNPARSABLE_OUTPUT` for a package without the line `Candidate:`
 */
export function parsePolicy(stdout: string): PackagePolicy[] {
  const blocks: { key: string; lines: string[] }[] = [];
  for (const line of stdout.split("\n")) {
    if (line.endsWith(":") && !line.startsWith(" ")) blocks.push({ key: line.slice(0, -1), lines: [] });
    else blocks.at(-1)?.lines.push(line);
  }
  return blocks.map(({ key, lines }) => {
    const said = lines.find((line) => line.startsWith(CANDIDATE))?.slice(CANDIDATE.length);
    if (!said) {
      throw new PluginError(
        "UNPARSABLE_OUTPUT",
        `apt-cache policy names no candidate of ${JSON.stringify(key)}.`,
      );
    }
    const candidate = said === "(none)" ? null : said;
    return { key, candidate, phasedPercent: candidate === null ? null : phasedPercent(lines, candidate) };
  });
}

/** A line of the table is ` *** version priority (phased N%)` or `     version priority`. */
function phasedPercent(lines: readonly string[], candidate: string): number | null {
  const row = lines.find((line) => line.slice(" *** ".length).startsWith(`${candidate} `));
  const start = row?.indexOf(PHASED) ?? -1;
  if (row === undefined || start === -1) return null;
  const percent = Number.parseInt(row.slice(start + PHASED.length), 10);
  return Number.isNaN(percent) ? null : percent;
}
