import { spawn } from "node:child_process";

import { PrepareError } from "./messages.mjs";

/** The most output that is kept of one tool; what explains a failure stands at its end. */
const KEPT_CHARACTERS = 200_000;
/** How often a line says that work goes on, in milliseconds. */
const TICK_MS = 5_000;
/** How long a tool that was asked to stop may tidy up, in milliseconds; npm may go on to its end. */
const GRACE_MS = 3_000;

/**
 * @typedef {object} Work
 * @property {string} doing for example "installing packages"
 * @property {string} command
 * @property {readonly string[]} args
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 */

/**
 * Runs a tool with its output held back, and a line now and then with the seconds that went by. A signal to this
 * process ends the tool: it is asked first, and killed when it goes on.
 *
 * @param {Work} work
 * @param {(line: string) => void} say
 * @param {number} [graceMs]
 * @returns {Promise<{ ok: boolean, output: string, seconds: number }>}
 * @throws {PrepareError} when a signal asked to stop; the tool has ended by then
 */
export function runVisibly(work, say, graceMs = GRACE_MS) {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  return new Promise((resolve, reject) => {
    const child = spawn(work.command, work.args, {
      cwd: work.cwd,
      env: work.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString()).slice(-KEPT_CHARACTERS);
    };
    const tick = setInterval(() => say(`  ${work.doing} … ${seconds()} s`), TICK_MS);
    let interrupted = false;
    /** @type {NodeJS.Timeout | undefined} */
    let insist;
    const stop = (/** @type {NodeJS.Signals} */ signal) => {
      if (!interrupted) say(`  stopping … (was ${work.doing})`);
      interrupted = true;
      child.kill(signal);
      insist ??= setTimeout(() => child.kill("SIGKILL"), graceMs);
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
    const end = (/** @type {boolean} */ ok) => {
      clearInterval(tick);
      clearTimeout(insist);
      process.off("SIGTERM", stop);
      process.off("SIGINT", stop);
      if (interrupted) reject(new PrepareError(`Stopped while ${work.doing}; the next start continues.`));
      else resolve({ ok, output, seconds: seconds() });
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => {
      output += `${error.message}\n`;
      end(false);
    });
    child.on("close", (code) => end(code === 0));
    // What a killed tool had started may hold its output open for long.
    child.on("exit", () => interrupted && [child.stdout, child.stderr].forEach((stream) => stream.destroy()));
  });
}
