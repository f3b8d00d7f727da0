import { accessSync, constants } from "node:fs";
import path from "node:path";

/** What a suite needs from the machine it runs on. */
export interface Needs {
  /** Root of a Linux machine that may mount file systems. */
  readonly root?: boolean;
  /** Commands by name, each with the Debian package that brings it. */
  readonly commands?: Readonly<Record<string, string>>;
}

const SEARCHED = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin", "/usr/bin", "/bin"];

/**
 * What is missing, as one clause that ends in what to do, for the name of a skipped suite; nothing when all is there.
 *
 * `describe.skipIf(missing)(named("Debian root", missing), …)`
 */
export function missingParts(needs: Needs): string | undefined {
  const packages = Object.entries(needs.commands ?? {}).flatMap(([command, name]) =>
    hasCommand(command) ? [] : [name],
  );
  if (packages.length > 0) return `needs apt-get install ${[...new Set(packages)].join(" ")}`;
  if (needs.root && process.getuid?.() !== 0) return "needs root: run the tests with sudo";
  return undefined;
}

/** The name of a suite together with why it is skipped. */
export function named(name: string, missing: string | undefined): string {
  return missing ? `${name} (${missing})` : name;
}

function hasCommand(name: string): boolean {
  return SEARCHED.some((folder) => {
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
