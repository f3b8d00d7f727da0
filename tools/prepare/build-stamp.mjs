import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

/** What a build reads. Folders are walked; files that no build output depends on are left out below. */
const INPUTS = [
  "package-lock.json",
  "schema.graphql",
  "tsconfig.base.json",
  "api",
  "agent-core",
  "web",
  "plugins",
];

/** What must exist afterwards: one file per output, the one that is written last or started first. */
export const OUTPUTS = ["api/dist/main.js", "agent-core/dist/main.js", "web/dist/index.html"];

const NOT_INPUT = /(^|\/)(dist|node_modules|coverage|scenarios)$|\.test\.tsx?$|\.tsbuildinfo$|\.md$/;

/**
 * Whether the built files belong to the sources.
 *
 * Sizes and times are compared first; when they differ, the contents decide, so that a fresh clone of the same
 * revision or a switch there and back costs no build.
 *
 * @param {string} root folder of the checkout
 * @returns {"fresh" | "stale"}
 */
export function judgeBuild(root) {
  if (OUTPUTS.some((output) => !existsSync(path.join(root, output)))) return "stale";
  const stamp = readStamp(root);
  if (!stamp) return "stale";
  const files = listInputs(root);
  if (hashTimes(root, files) === stamp.times) return "fresh";
  return hashContents(root, files) === stamp.contents ? "fresh" : "stale";
}

/**
 * What the sources look like now. Take it before a build: a file that changes while the build runs must not count
 * as built.
 *
 * @param {string} root
 * @returns {{ times: string, contents: string }}
 */
export function fingerprint(root) {
  const files = listInputs(root);
  return { times: hashTimes(root, files), contents: hashContents(root, files) };
}

/** Remembers what the present outputs were built from.
 * @param {string} root @param {{ times: string, contents: string }} sources */
export function recordBuild(root, sources) {
  mkdirSync(path.dirname(stampPath(root)), { recursive: true });
  writeFileSync(stampPath(root), JSON.stringify(sources));
}

/** The files that a build reads, relative to the root, sorted.
 * @param {string} root @returns {string[]} */
export function listInputs(root) {
  /** @type {string[]} */
  const files = [];
  /** @param {string} relative */
  const visit = (relative) => {
    if (NOT_INPUT.test(relative)) return;
    const stats = statSync(path.join(root, relative), { throwIfNoEntry: false });
    if (stats?.isFile()) files.push(relative);
    if (!stats?.isDirectory()) return;
    for (const name of readdirSync(path.join(root, relative))) visit(`${relative}/${name}`);
  };
  for (const input of INPUTS) visit(input);
  return files.toSorted();
}

/** @param {string} root @param {readonly string[]} files */
function hashTimes(root, files) {
  const hash = createHash("sha256");
  for (const file of files) {
    const { size, mtimeMs } = statSync(path.join(root, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest("hex");
}

/** @param {string} root @param {readonly string[]} files */
function hashContents(root, files) {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update("\0");
  return hash.digest("hex");
}

/** @param {string} root */
const stampPath = (root) => path.join(root, ".cache/build.json");

/** @param {string} root @returns {{ times: string, contents: string } | undefined} */
function readStamp(root) {
  try {
    return JSON.parse(readFileSync(stampPath(root), "utf8"));
  } catch {
    return undefined;
  }
}
