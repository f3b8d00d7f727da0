import path from "node:path";

import { build } from "./build.mjs";
import { fingerprint, judgeBuild, recordBuild } from "./build-stamp.mjs";
import { checkBundledNode } from "./bundled-node.mjs";
import { install } from "./install.mjs";
import { judgeInstall, recordInstall } from "./install-needed.mjs";
import { explainFailure, PrepareError } from "./messages.mjs";
import { withLock } from "./lock.mjs";

const ROOT = path.resolve(import.meta.dirname, "../..");

/**
 * Installs and builds what is missing, then returns; prints nothing when there is nothing to do.
 * Every failure is one sentence on stderr and exit code 1.
 *
 * @returns {Promise<void>}
 */
export async function runPrepare() {
  try {
    await prepare(ROOT, process.env, (line) => console.log(line));
  } catch (error) {
    console.error(
      error instanceof PrepareError ? error.message : explainFailure("preparing", String(error), ROOT, error),
    );
    process.exitCode = 1;
  }
}

/**
 * @param {string} root folder of the checkout
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} say
 */
export async function prepare(root, env, say) {
  if (isReady(root)) return;
  await withLock(path.join(root, ".cache"), say, async () => {
    if (judgeInstall(root) === "install") {
      await install(root, env, say);
      recordInstall(root);
    }
    const node = checkBundledNode(root, say);
    if (judgeBuild(root) === "fresh") return;
    const sources = fingerprint(root);
    await build(root, node, say);
    recordBuild(root, sources);
  });
}

/** Another start may have done the work while this one waited, so the same question is asked again inside the lock.
 * @param {string} root */
function isReady(root) {
  return judgeInstall(root) === "installed" && judgeBuild(root) === "fresh";
}
