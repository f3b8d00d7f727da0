import type { Call } from "@redflag/plugin-sdk";

import { readTool, runWhole, type AptContext } from "../apt-context.js";

/** Absolute path to the keys of the packages that own it; empty when none does. */
export type FileOwners = ReadonlyMap<string, readonly string[]>;

const AT_ONCE = 500;
const MAX_NAMES = 8;
/** dpkg takes these for patterns. */
const PATTERN = /[*?[\]\\]/u;
/** What dpkg calls a file while it replaces it. */
const IN_TRANSIT = /\.dpkg-(?:tmp|new)$/u;
const MERGED = /^\/usr(?=\/(?:bin|sbin|lib|lib32|lib64|libo32|libx32)\/)/u;
const UNMERGED = /^\/(?:bin|sbin|lib|lib32|lib64|libo32|libx32)\//u;
/** A library's version behind its name: the next one has another, and only the shorter name stays the package's. */
const LIBRARY_VERSION = /(\.so\.\d.*)\.\d+$/u;

/**
 * Which packages own files, by dpkg's lists. A replaced library with its whole version in its name is found by the names
 * that the new one still has, and a path in a merged `/usr` by both its names.
 */
export async function findOwners(
  context: AptContext,
  files: readonly string[],
  call: Call,
): Promise<FileOwners> {
  if (files.length === 0) return new Map();
  const native = (await readTool(context, "architecture", {}, call)).trim();
  const names = new Map(files.map((file) => [file, namesOf(file)]));
  const asked = [...new Set([...names.values()].flat())];
  const found = new Map<string, string[]>();
  for (let at = 0; at < asked.length; at += AT_ONCE) {
    // It ends with 1 when nobody owns one of them.
    const { stdout } = await runWhole(context, "find-owners", { paths: asked.slice(at, at + AT_ONCE) }, call);
    for (const [file, owners] of parseOwners(stdout, native)) found.set(file, owners);
  }
  return new Map(
    files.map((file) => {
      const name = names.get(file)?.find((one) => found.has(one));
      return [file, name === undefined ? [] : (found.get(name) ?? [])];
    }),
  );
}

/** The names under which dpkg may know a file, the most exact first; none when dpkg cannot be asked about it. */
export function namesOf(file: string): string[] {
  const names = [file.replace(IN_TRANSIT, "")];
  for (let name = names[0] ?? ""; names.length < MAX_NAMES && LIBRARY_VERSION.test(name); names.push(name)) {
    name = name.replace(LIBRARY_VERSION, "$1");
  }
  const both = names.flatMap((name) => {
    if (MERGED.test(name)) return [name, name.replace(MERGED, "")];
    return UNMERGED.test(name) ? [name, `/usr${name}`] : [name];
  });
  return both.filter((name) => !PATTERN.test(name));
}

/**
 * Reads `dpkg-query --search`: `owner[:arch][, owner…]: /path`. Diversions and whatever else is no such line are left out.
 *
 * @param native only a foreign architecture is part of a key
 */
export function parseOwners(stdout: string, native: string): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  for (const line of stdout.split("\n")) {
    const split = line.indexOf(": /");
    if (split === -1 || line.startsWith("diversion by ")) continue;
    const keys = line
      .slice(0, split)
      .split(", ")
      .map((who) => (who.endsWith(`:${native}`) ? who.slice(0, -native.length - 1) : who));
    owners.set(line.slice(split + 2), keys);
  }
  return owners;
}
