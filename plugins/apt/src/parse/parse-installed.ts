import { PluginError } from "@redflag/plugin-sdk";

/** One package of dpkg's database that is not merely a remembered configuration. */
export interface InstalledPackage {
  /** `name[:arch]` as apt writes it: the architecture only when it is foreign. */
  readonly key: string;
  readonly version: string;
  /** Unpacked and configured; otherwise the maintainer scripts are not done. */
  readonly isConfigured: boolean;
  /** dpkg's word for a state that is not configured. */
  readonly problem?: string;
  /** Whether the owner keeps it back by apt-mark. */
  readonly isHeld: boolean;
  readonly installedKiB: number | null;
  /** The architecture of the installed version. */
  readonly arch: string;
  /** Name of the source package that it was built from. */
  readonly source: string;
}

/** First letter of dpkg's abbreviated status: what the owner wants. */
const HOLD = "h";
/** Its second letter: what is. */
const PROBLEMS: Readonly<Record<string, string>> = {
  H: "half-installed",
  U: "unpacked but not configured",
  F: "half-configured",
  W: "waiting for another package's trigger",
  t: "has triggers pending",
};
const NOT_INSTALLED = new Set(["n", "c"]);

/**
 * Reads the rule `list-installed`: `name[:arch] TAB arch TAB version TAB status TAB size TAB source` for each package.
 *
 * @param nativeArch what dpkg was built for; only a foreign architecture is part of a key
 * @throws PluginError `UNPARSABLE_OUTPUT` for a line of another shape
 */
export function parseInstalled(stdout: string, nativeArch: string): ReadonlyMap<string, InstalledPackage> {
  const packages = new Map<string, InstalledPackage>();
  for (const line of stdout.split("\n").filter((text) => text !== "")) {
    const [binary, arch, version, status, size, source] = line.split("\t");
    const letter = status?.charAt(1) ?? "";
    if (!binary || arch === undefined || version === undefined || source === undefined || letter === "") {
      throw new PluginError(
        "UNPARSABLE_OUTPUT",
        `dpkg-query wrote a line of unknown shape: ${JSON.stringify(line)}`,
      );
    }
    if (NOT_INSTALLED.has(letter)) continue;
    const name = binary.split(":")[0] ?? binary;
    const key = arch === nativeArch || arch === "all" ? name : `${name}:${arch}`;
    const problem = status?.charAt(2) === "R" ? "must be reinstalled" : PROBLEMS[letter];
    // Whoever built the package wrote it, so it may be anything.
    const installedKiB = size !== undefined && /^\d{1,15}$/.test(size) ? Number(size) : null;
    const isConfigured = letter === "i" && problem === undefined;
    packages.set(key, {
      key,
      version,
      isConfigured,
      ...(problem && { problem }),
      isHeld: status?.charAt(0) === HOLD,
      installedKiB,
      arch,
      source,
    });
  }
  return packages;
}
