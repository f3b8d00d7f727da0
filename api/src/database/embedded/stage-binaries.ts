import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import type { Binaries } from "./binaries.js";
import { firstClosedFolder } from "./reachable.js";
import type { Identity } from "./run-as.js";

interface LibraryLink {
  /** Path of the real library from the package's root: "native/lib/libpq.so.5.18". */
  source: string;
  /** Path of the link beside it: "native/lib/libpq.so.5". */
  target: string;
}

/**
 * Returns a folder with `bin/postgres` that `identity` can run. Normally that is the package itself. A copy
 * is made inside `stageRoot` when the package lies in a private folder that the other user cannot enter, or
 * when npm's install scripts were blocked, so that the links between libraries are missing. The copy is
 * stamped with the version and appears by one rename; copies of other versions are removed.
 */
export async function runnableBinaries(
  binaries: Binaries,
  stageRoot: string,
  identity: Identity | undefined,
): Promise<string> {
  const links = await readLinks(binaries.native);
  const closed = identity && (await firstClosedFolder(path.join(binaries.native, "bin"), identity));
  if (closed === undefined && (await linksPresent(binaries.native, links))) return binaries.native;

  const stage = path.join(stageRoot, binaries.version);
  await mkdir(stageRoot, { recursive: true });
  await chmod(stageRoot, 0o755);
  await removeOthers(stageRoot, binaries.version);
  if (await exists(stage)) return stage;
  const half = `${stage}.half`;
  await rm(half, { recursive: true, force: true });
  await cp(binaries.native, half, { recursive: true, verbatimSymlinks: true, filter: isNeededAtRunTime });
  await createLinks(half, links);
  await openToOthers(half);
  await rename(half, stage);
  return stage;
}

async function readLinks(native: string): Promise<LibraryLink[]> {
  const text = await readFile(path.join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  return JSON.parse(text) as LibraryLink[];
}

async function linksPresent(native: string, links: readonly LibraryLink[]): Promise<boolean> {
  const found = await Promise.all(links.map(({ target }) => exists(path.join(path.dirname(native), target))));
  return found.every(Boolean);
}

async function createLinks(stage: string, links: readonly LibraryLink[]): Promise<void> {
  for (const { source, target } of links) {
    const link = path.join(stage, path.relative("native", target));
    if (!(await exists(link))) await symlink(path.basename(source), link);
  }
}

/** Archives and headers are for building against, a third of the size. */
function isNeededAtRunTime(source: string): boolean {
  return !source.endsWith(".a") && path.basename(source) !== "pkgconfig";
}

/** A restrictive umask at install time would keep the other user out of the copy as well. */
async function openToOthers(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) await openToOthers(file);
    else if (entry.isFile()) await chmod(file, path.basename(folder) === "bin" ? 0o755 : 0o644);
  }
}

async function removeOthers(stageRoot: string, version: string): Promise<void> {
  const others = (await readdir(stageRoot)).filter((name) => name !== version);
  await Promise.all(others.map((name) => rm(path.join(stageRoot, name), { recursive: true, force: true })));
}

async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
