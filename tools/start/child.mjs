import { spawn } from "node:child_process";

/**
 * One process under supervision.
 *
 * @typedef {object} Child
 * @property {number | undefined} pid
 * @property {Promise<Exit>} ended resolves when the process is gone
 * @property {() => void} askToStop a polite request; safe to repeat
 * @property {() => void} kill the impolite one
 *
 * @typedef {object} Exit
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 * @property {string} [error] why it never started
 */

/**
 * Starts Node with an IPC channel. The child leads a process group of its own, so that Ctrl-C in the terminal reaches
 * only the supervisor, which then ends the children in order. When the supervisor is killed, the channel closes and
 * the children stop by themselves.
 *
 * @param {import("./settings.mjs").ChildSettings} settings
 * @param {number} logFile descriptor that gets the child's stdout; a pipe would break when the supervisor is killed
 * @param {(message: unknown) => void} onMessage
 * @returns {Child}
 */
export function startChild(settings, logFile, onMessage) {
  const child = spawn(process.execPath, settings.argv, {
    env: settings.env,
    stdio: ["ignore", logFile, "inherit", "ipc"],
    detached: process.platform !== "win32",
  });
  child.on("message", onMessage);
  /** @type {Promise<Exit>} */
  const ended = new Promise((resolve) => {
    child.on("exit", (code, signal) => resolve({ code, signal }));
    child.on("error", (error) => resolve({ code: null, signal: null, error: error.message }));
  });
  return {
    pid: child.pid,
    ended,
    askToStop: () => {
      // Windows has no SIGTERM: a closed channel is the request there.
      if (process.platform !== "win32") child.kill("SIGTERM");
      else if (child.connected) child.disconnect();
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

/**
 * Ends a child: asks, waits, kills.
 *
 * @param {Child} child
 * @param {number} graceMs
 * @param {AbortSignal} force aborted when waiting is no longer wanted
 * @returns {Promise<boolean>} whether it ended by itself
 */
export async function endChild(child, graceMs, force) {
  let graceful = true;
  const kill = () => {
    graceful = false;
    child.kill();
  };
  const timer = setTimeout(kill, graceMs);
  force.addEventListener("abort", kill, { once: true });
  if (force.aborted) kill();
  else child.askToStop();
  await child.ended;
  clearTimeout(timer);
  force.removeEventListener("abort", kill);
  return graceful;
}

/** How a process ended, in words.
 * @param {Exit} exit */
export function describeExit({ code, signal, error }) {
  if (error) return `could not be started (${error})`;
  return signal ? `was ended by ${signal}` : `ended with code ${code}`;
}
