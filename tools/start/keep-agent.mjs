import { setTimeout as sleep } from "node:timers/promises";

import { describeExit, endChild, startChild } from "./child.mjs";

/** sysexits' EX_CONFIG: starting again would fail again. */
const CONFIGURATION_ERROR = 78;

/**
 * @typedef {object} Patience times in milliseconds
 * @property {number} agentGrace how long the agent may take to stop
 * @property {number} sayAfter how long a stopping agent may be silent before it is said what everybody waits for
 * @property {number} insistAfter how long after the first signal another one counts as a second
 * @property {number} serverGrace how long the server may take to stop
 * @property {number} readyWithin how long the server may take to start
 * @property {number} firstPause before the first restart of the agent; doubles with each
 * @property {number} longestPause
 * @property {number} healthyAfter an agent that lived this long starts again with the first pause
 */

/**
 * Runs the agent until `stop` is aborted, and starts it again when it dies. The server goes on without it.
 *
 * @param {import("./settings.mjs").ChildSettings} settings
 * @param {number} logFile
 * @param {Patience} patience
 * @param {{ stop: AbortSignal, force: AbortSignal, complain: (line: string) => void }} control
 */
export async function keepAgent(settings, logFile, patience, { stop, force, complain }) {
  let pause = patience.firstPause;
  while (!stop.aborted) {
    const started = performance.now();
    const agent = startChild(settings, logFile, () => {});
    const stopped = aborted(stop);
    const exit = await Promise.race([agent.ended, stopped.promise]);
    stopped.cancel();
    if (!exit) {
      const waiting = "Waiting for the agent to finish what must not be interrupted.";
      const patient = setTimeout(() => complain(waiting), patience.sayAfter);
      const graceful = await endChild(agent, patience.agentGrace, force);
      clearTimeout(patient);
      if (!graceful) complain("The agent did not stop in time and was killed.");
      return;
    }
    if (exit.code === CONFIGURATION_ERROR) {
      complain(
        "The agent of this machine has a configuration error (above) and is not started again. The server goes on.",
      );
      return;
    }
    if (performance.now() - started >= patience.healthyAfter) pause = patience.firstPause;
    complain(`The agent ${describeExit(exit)}; starting it again in ${Math.ceil(pause / 1000)} s.`);
    await sleep(pause, undefined, { signal: stop }).catch(() => {});
    pause = Math.min(pause * 2, patience.longestPause);
  }
}

/** @param {AbortSignal} signal @returns {{ promise: Promise<undefined>, cancel: () => void }} */
function aborted(signal) {
  /** @type {PromiseWithResolvers<undefined>} */
  const { promise, resolve } = Promise.withResolvers();
  const done = () => resolve(undefined);
  if (signal.aborted) done();
  signal.addEventListener("abort", done, { once: true });
  return { promise, cancel: () => signal.removeEventListener("abort", done) };
}
