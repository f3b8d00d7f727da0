import { setTimeout as sleep } from "node:timers/promises";

import { describeExit, endChild, startChild } from "./child.mjs";

/** @typedef {import("./settings.mjs").ChildSettings} ChildSettings */
/** @typedef {import("./settings.mjs").Ready} Ready */

/** Exit codes with which the server has said itself, in one sentence, what is wrong (docs/configuration.md). */
const EXPLAINED = [64, 69, 74, 75, 77, 78, 98];
const QUICK_DEATHS = 5;

/**
 * Runs the server until `stop` is aborted. When a signal ends it that nobody here has sent, as the kernel's does when
 * memory runs out, it is started again. An exit code is the server's own decision, so that it ends the whole.
 *
 * @param {() => ChildSettings} settings asked before each start
 * @param {{ fd: number, file: string }} log
 * @param {import("./keep-agent.mjs").Patience} patience
 * @param {object} control
 * @param {AbortSignal} control.stop
 * @param {AbortSignal} control.force
 * @param {(ready: Ready) => void} control.onReady
 * @param {(line: string) => void} control.complain
 * @returns {Promise<number>} exit code: 0 after a wanted stop, otherwise the server's
 */
export async function keepServer(settings, log, patience, { stop, force, onReady, complain }) {
  let pause = patience.firstPause;
  for (let quickDeaths = 0; !stop.aborted;) {
    const started = performance.now();
    /** @type {PromiseWithResolvers<"late" | "stop">} */
    const over = Promise.withResolvers();
    const late = setTimeout(() => over.resolve("late"), patience.readyWithin);
    const onStop = () => over.resolve("stop");
    stop.addEventListener("abort", onStop, { once: true });
    const server = startChild(settings(), log.fd, (message) => {
      if (!isReady(message)) return;
      clearTimeout(late);
      onReady(message);
    });
    const exit = await Promise.race([server.ended, over.promise]);
    clearTimeout(late);
    stop.removeEventListener("abort", onStop);

    if (exit === "late") {
      complain(`The server was not ready within ${patience.readyWithin / 1000} s. Its log is ${log.file}.`);
      await endChild(server, patience.serverGrace, force);
      return 1;
    }
    if (exit === "stop") {
      if (await endChild(server, patience.serverGrace, force)) return 0;
      complain("The server did not stop in time and was killed; it recovers at the next start.");
      return 1;
    }
    if (exit.signal === null) {
      const explained = exit.code !== null && EXPLAINED.includes(exit.code);
      if (!explained) complain(`The server ${describeExit(exit)}. Its log is ${log.file}.`);
      return exit.code || 1;
    }
    const isHealthy = performance.now() - started >= patience.healthyAfter;
    quickDeaths = isHealthy ? 1 : quickDeaths + 1;
    if (isHealthy) pause = patience.firstPause;
    if (quickDeaths === QUICK_DEATHS) {
      complain(
        `The server ${describeExit(exit)}, for the ${QUICK_DEATHS}th time in short order, and is not started again. If the machine is short of memory, free some; the server's log is ${log.file}, the kernel's tells what it killed.`,
      );
      return 1;
    }
    complain(`The server ${describeExit(exit)}; starting it again in ${Math.ceil(pause / 1000)} s.`);
    await sleep(pause, undefined, { signal: stop }).catch(() => {});
    pause = Math.min(pause * 2, patience.longestPause);
  }
  return 0;
}

/** @param {unknown} message @returns {message is Ready} */
function isReady(message) {
  return (
    typeof message === "object" &&
    message !== null &&
    "type" in message &&
    message.type === "ready" &&
    "url" in message
  );
}
