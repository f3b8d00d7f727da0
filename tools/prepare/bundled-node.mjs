import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";

import { BUNDLED_NODE } from "./install-needed.mjs";
import { PrepareError } from "./messages.mjs";

/** The oldest Node that runs the server and the agent when the bundled one cannot be used. */
const OLDEST_FALLBACK = 24;
const PROBE_TIMEOUT_MS = 20_000;

/**
 * Finds the Node that builds and runs RedFlag: the one that came with the packages, or the running one when that
 * is new enough.
 *
 * @param {string} root folder of the checkout
 * @param {(line: string) => void} say
 * @param {{ version: string, execPath: string }} running
 * @returns {string} path of the executable
 * @throws {PrepareError} when neither can be used
 */
export function checkBundledNode(
  root,
  say,
  running = { version: process.versions.node, execPath: process.execPath },
) {
  const folder = path.join(root, BUNDLED_NODE[`${process.platform}-${process.arch}`] ?? "node_modules/node");
  const executable = path.join(folder, process.platform === "win32" ? "bin/node.exe" : "bin/node");
  const link = path.join(root, "node_modules/.bin/node");
  const trouble = findTrouble(executable);
  if (!trouble) {
    restoreLink(link, executable);
    return executable;
  }
  // npm looks for `node` in node_modules/.bin first: one that cannot run there would block every further script.
  rmSync(link, { force: true });
  if (Number(running.version.split(".")[0]) >= OLDEST_FALLBACK && existsSync(running.execPath)) {
    say(`RedFlag: ${trouble}; using the Node ${running.version} of this machine instead.`);
    return running.execPath;
  }
  throw new PrepareError(
    `RedFlag brings its own Node, but ${trouble}. ` +
      `Install Node ${OLDEST_FALLBACK} or later yourself (this is ${running.version}), or run \`npm ci --include=optional\` and try again.`,
  );
}

/** Puts back the link that an earlier start removed, once its reason is gone.
 * @param {string} link @param {string} executable */
function restoreLink(link, executable) {
  if (process.platform === "win32" || existsSync(link)) return;
  mkdirSync(path.dirname(link), { recursive: true });
  symlinkSync(path.relative(path.dirname(link), executable), link);
}

/** What keeps a Node from being used, as the middle of a sentence; nothing when it runs.
 * @param {string} executable */
function findTrouble(executable) {
  if (!existsSync(executable)) {
    return `the npm package with Node for ${process.platform}-${process.arch} is not installed`;
  }
  const probe = spawnSync(executable, ["--version"], { encoding: "utf8", timeout: PROBE_TIMEOUT_MS });
  if (probe.status === 0) return undefined;
  const library = /loading shared libraries: (\S+):/.exec(probe.stderr ?? "")?.[1];
  if (library) return `it needs the library ${library}, which this machine lacks${packageOf(library)}`;
  const reason = (probe.error?.message ?? probe.stderr ?? "").trim().split("\n")[0];
  return `it does not run on this machine (${reason})`;
}

/** Minimal installations lack libatomic, which every official Node since 25 needs.
 * @param {string} library */
function packageOf(library) {
  if (!library.startsWith("libatomic.")) return "";
  return " (Debian and Ubuntu: apt-get install libatomic1; Fedora and RHEL: dnf install libatomic)";
}
