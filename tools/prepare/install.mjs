import { existsSync } from "node:fs";
import path from "node:path";

import { explainFailure, PrepareError } from "./messages.mjs";
import { runVisibly } from "./run-visibly.mjs";

/**
 * Installs exactly the lockfile with `npm ci`.
 *
 * @param {string} root folder of the checkout
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} say
 * @throws {PrepareError} with one sentence; npm's own output has been printed before
 */
export async function install(root, env, say) {
  say("RedFlag: installing the packages of package-lock.json (once, about a minute).");
  // A user's NODE_ENV=production or omit=optional would leave out the compiler and Node itself.
  const args = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund"];
  const npm = findNpm(env);
  const work = {
    doing: "installing packages",
    cwd: root,
    env,
    command: npm.command,
    args: [...npm.args, ...args],
  };
  const { ok, output, seconds } = await runVisibly(work, say);
  if (!ok) {
    say(withoutUsage(output));
    throw new PrepareError(explainFailure("installing packages", output, root));
  }
  say(`  packages installed in ${seconds} s`);
}

/**
 * How to start npm: with the Node that npm itself runs on, because `npm ci` deletes the one in node_modules.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ command: string, args: string[] }}
 */
export function findNpm(env) {
  const { npm_execpath: script, npm_node_execpath: node } = env;
  if (script?.endsWith("npm-cli.js") && existsSync(script)) {
    return { command: node && existsSync(node) ? node : process.execPath, args: [script] };
  }
  const beside = path.resolve(path.dirname(process.execPath), "../lib/node_modules/npm/bin/npm-cli.js");
  if (existsSync(beside)) return { command: process.execPath, args: [beside] };
  if (process.platform === "win32")
    throw new PrepareError("npm was not found. Start RedFlag with `npm start`.");
  return { command: "npm", args: [] };
}

/** npm's own words without the page of options that it adds to some errors.
 * @param {string} output */
function withoutUsage(output) {
  return (output.split(/^npm error (?:Clean install a project|Usage:)$/m)[0] ?? output).trimEnd();
}
