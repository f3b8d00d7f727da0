import { isPluginError } from "@redflag/plugin-sdk";
import { createHash } from "node:crypto";

import type { AptContext } from "../apt-context.js";
import { manifest } from "../manifest.js";
import type { PackageIndex } from "../packages/package-index.js";

/** To be raised when the same machine gives other findings than before. */
const FINDINGS_VERSION = 2;

/** The index, dpkg's database (which holds the holds), and all that configures apt. */
const FILES = [
  "/apt.conf",
  "/etc/apt/apt.conf",
  "/etc/apt/preferences",
  "/etc/apt/sources.list",
  "/etc/apt/trusted.gpg",
  "/etc/machine-id",
  "/var/lib/apt/extended_states",
  "/var/lib/dpkg/arch",
  "/var/lib/dpkg/status",
] as const;
const FOLDERS = [
  "/etc/apt/apt.conf.d",
  "/etc/apt/preferences.d",
  "/etc/apt/sources.list.d",
  "/etc/apt/trusted.gpg.d",
  "/var/lib/apt/lists",
  "/var/lib/dpkg/updates",
] as const;
/** apt's own traces of work in the folder of its lists. */
const TRACES = new Set(["lock", "partial", "auxfiles"]);

/**
 * Names everything that the answer of a scan rests on, by names, sizes and times of files alone: while it stays the
 * same, so does the answer. Null when something cannot be looked at, which is never the same as anything.
 */
export async function fingerprint(context: AptContext, index: PackageIndex): Promise<string | null> {
  const hash = createHash("sha256");
  const { config, host } = context;
  hash.update(JSON.stringify([FINDINGS_VERSION, manifest, config, host, index.isPrivate]));
  // The agent's own index lies where only its refresh changes it.
  if (index.isPrivate) hash.update(String(index.refreshedAt));
  try {
    for (const file of await watchedFiles(context)) hash.update(`${await traits(context, file)}\n`);
  } catch (error) {
    if (isPluginError(error) && error.code === "PERMISSION_DENIED") return null;
    throw error;
  }
  return hash.digest("hex");
}

async function watchedFiles(context: AptContext): Promise<string[]> {
  const inFolders = FOLDERS.map(async (folder) => {
    const names = (await context.files.list(folder)) ?? [];
    return names.filter((name) => !TRACES.has(name)).map((name) => `${folder}/${name}`);
  });
  return [...FILES, ...(await Promise.all(inFolders)).flat()];
}

async function traits(context: AptContext, file: string): Promise<string> {
  const facts = await context.files.stat(file);
  return JSON.stringify([file, facts?.kind ?? null, facts?.sizeBytes ?? null, facts?.modifiedAt ?? null]);
}
