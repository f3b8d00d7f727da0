import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

import { formatSource, readAptSources, type AptSource } from "./apt-sources.ts";
import { missingParts } from "./missing-parts.ts";

/** The releases that roots are built of. */
export type DebianRelease = "bookworm" | "trixie";

/** What a root is made of beside the essential packages. */
export interface DebianRecipe {
  /** Default: bookworm. */
  readonly release?: DebianRelease;
  /** Further packages of the distribution. They may hook into apt: only for roots that want that. */
  readonly packages?: readonly string[];
}

/** The release whose mirror this machine is expected to be configured for. */
const CODENAME = "bookworm";
/** python3-apt is the second opinion on what can be upgraded. */
const PACKAGES = ["python3-apt", "ca-certificates", "procps"];
const BUILDER = path.join(import.meta.dirname, "build-debian-root.sh");
const BUILD_TIMEOUT_MS = 10 * 60_000;

/** Where roots are kept between runs; only root may look inside, because root will run what is in there. */
export const CACHE = process.env["REDFLAG_TEST_CACHE"] ?? "/var/cache/redflag-tests";

/** Why no Debian root can be built here, for the name of a skipped suite; nothing when it can. */
export function whyNoDebianRoot(): string | undefined {
  const missing = missingParts({
    root: true,
    commands: { mmdebstrap: "mmdebstrap", unshare: "util-linux", nsenter: "util-linux" },
  });
  if (missing) return missing;
  if (sourcesOf(CODENAME).length === 0) return `needs an apt source for Debian ${CODENAME} in /etc/apt`;
  return undefined;
}

/**
 * The folder of a pristine Debian root. Built once for each recipe, which takes about 20 s; afterwards it is there.
 * Nobody writes to it: every test gets an overlay.
 *
 * @throws Error with mmdebstrap's output when it cannot be built
 */
export async function debianBase({ release = CODENAME, packages = [] }: DebianRecipe = {}): Promise<string> {
  const sources = sourcesOf(release).map(formatSource).join("\n");
  const included = [...PACKAGES, ...packages];
  const recipe = JSON.stringify([release, included, sources, process.arch, readFileSync(BUILDER, "utf8")]);
  const target = path.join(
    CACHE,
    `${release}-${createHash("sha256").update(recipe).digest("hex").slice(0, 16)}`,
  );
  mkdirSync(CACHE, { recursive: true, mode: 0o700 });
  writeFileSync(`${target}.sources`, `${sources}\n`);
  const argv = [target, release, included.join(","), `${target}.sources`];
  await promisify(execFile)(BUILDER, argv, { timeout: BUILD_TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 });
  return target;
}

/** One mirror has every release, so that another one's sources are this machine's own with its name in them. */
function sourcesOf(release: DebianRelease): AptSource[] {
  return readAptSources(CODENAME).map((source) => ({
    ...source,
    suite: source.suite.replace(CODENAME, release),
  }));
}
