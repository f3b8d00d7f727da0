import { existsSync } from "node:fs";
import path from "node:path";

import { OUTPUTS } from "./build-stamp.mjs";
import { explainFailure, PrepareError } from "./messages.mjs";
import { runVisibly } from "./run-visibly.mjs";

const COMPILED = ["plugins/apt", "agent-core", "api"];

/**
 * Compiles the server, the agent and its plugins, and bundles the page, side by side.
 *
 * @param {string} root folder of the checkout
 * @param {string} node the Node to build with
 * @param {(line: string) => void} say
 * @throws {PrepareError} with one sentence; the tool's own output has been printed before
 */
export async function build(root, node, say) {
  say("RedFlag: building.");
  // `tsc -b` trusts its own records even when somebody deleted the outputs.
  const force = OUTPUTS.every((output) => existsSync(path.join(root, output))) ? [] : ["--force"];
  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  const vite = path.join(root, "node_modules/vite/bin/vite.js");
  const env = { ...process.env, NODE_ENV: "production", NO_COLOR: "1" };
  const results = await Promise.all([
    runVisibly(
      {
        doing: "compiling the server and the agent",
        command: node,
        args: [tsc, "-b", ...COMPILED, ...force],
        cwd: root,
        env,
      },
      say,
    ),
    runVisibly(
      {
        doing: "bundling the page",
        command: node,
        args: [vite, "build", "--logLevel", "warn"],
        cwd: path.join(root, "web"),
        env,
      },
      say,
    ),
  ]);
  const failed = results.filter(({ ok }) => !ok);
  for (const { output } of failed) say(output.trimEnd());
  if (failed.length > 0) {
    throw new PrepareError(explainFailure("building", failed.map(({ output }) => output).join("\n"), root));
  }
  say(`  built in ${Math.max(...results.map(({ seconds }) => seconds))} s`);
}
