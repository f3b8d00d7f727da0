import { mkdirSync } from "node:fs";

import { announce } from "./announce.mjs";
import { describeExit, endChild, startChild } from "./child.mjs";
import { keepAgent } from "./keep-agent.mjs";
import { openLog } from "./log-file.mjs";

/** @typedef {import("./settings.mjs").ChildSettings} ChildSettings */
/** @typedef {import("./settings.mjs").Ready} Ready */

const CONFIGURATION_ERROR = 78;
/** Exit codes with which the server has said itself, in one sentence, what is wrong (docs/configuration.md). */
const EXPLAINED = [64, 69, 74, 75, 77, CONFIGURATION_ERROR, 98];

/** The usual patience.
 * @satisfies {import("./keep-agent.mjs").Patience} */
export const PATIENCE = {
  agentGrace: 90_000,
  serverGrace: 20_000,
  sayAfter: 3_000,
  insistAfter: 1_000,
  readyWithin: 120_000,
  firstPause: 1_000,
  longestPause: 60_000,
  healthyAfter: 60_000,
};

/**
 * Runs the server and, once it is ready, the agent of this machine, until a signal or the server's end.
 *
 * @param {object} plan
 * @param {ChildSettings} plan.server
 * @param {(ready: Ready) => ChildSettings} plan.agent
 * @param {string} plan.dataDir made when missing
 * @param {(line: string) => void} plan.say
 * @param {(line: string) => void} plan.complain
 * @param {import("./keep-agent.mjs").Patience} [plan.patience]
 * @returns {Promise<number>} exit code: 0 after a wanted stop, otherwise the server's
 */
export async function supervise({ server: settings, agent, dataDir, say, complain, patience = PATIENCE }) {
  const { stop, force } = listenForSignals(say, patience.insistAfter);
  const logs = openLogs(dataDir, complain);
  if (!logs) return CONFIGURATION_ERROR;

  /** @type {PromiseWithResolvers<Ready>} */
  const ready = Promise.withResolvers();
  const server = startChild(settings, logs.server.fd, (message) => {
    if (isReady(message)) ready.resolve(message);
  });
  const noLongerWanted = Promise.withResolvers();
  stop.signal.addEventListener("abort", () => noLongerWanted.resolve("stop"), { once: true });
  const slow = setTimeout(() => noLongerWanted.resolve("slow"), patience.readyWithin);
  const first = await Promise.race([ready.promise, server.ended, noLongerWanted.promise]);
  clearTimeout(slow);

  if (isReady(first)) {
    for (const line of announce(first, dataDir)) say(line);
    const agentDone = keepAgent(agent(first), logs.agent.fd, patience, {
      stop: stop.signal,
      force: force.signal,
      complain,
    });
    await Promise.race([server.ended, noLongerWanted.promise]);
    const wanted = stop.signal.aborted;
    stop.abort();
    await agentDone;
    if (!wanted) return blame(await server.ended, logs.server.file, complain);
  } else if (first === "slow") {
    complain(
      `The server was not ready within ${patience.readyWithin / 1000} s. Its log is ${logs.server.file}.`,
    );
    await endChild(server, patience.serverGrace, force.signal);
    return 1;
  } else if (first !== "stop") {
    return blame(await server.ended, logs.server.file, complain);
  }
  const graceful = await endChild(server, patience.serverGrace, force.signal);
  if (!graceful) complain("The server did not stop in time and was killed; it recovers at the next start.");
  say("RedFlag has stopped.");
  return graceful ? 0 : 1;
}

/** @param {import("./child.mjs").Exit} exit @param {string} log @param {(line: string) => void} complain */
function blame(exit, log, complain) {
  const explained = exit.code !== null && EXPLAINED.includes(exit.code);
  if (!explained) complain(`The server ${describeExit(exit)}. Its log is ${log}.`);
  return exit.code || 1;
}

/**
 * The first signal asks everything to stop, a later one insists. One Ctrl-C may arrive twice: from the terminal, and
 * passed on by npm.
 *
 * @param {(line: string) => void} say
 * @param {number} insistAfter milliseconds
 */
function listenForSignals(say, insistAfter) {
  const stop = new AbortController();
  const force = new AbortController();
  let asked = 0;
  const onSignal = () => {
    if (stop.signal.aborted) {
      if (performance.now() - asked >= insistAfter) force.abort();
      return;
    }
    asked = performance.now();
    say("Stopping; once more Ctrl-C ends everything at once.");
    stop.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, onSignal);
  return { stop, force };
}

/** @param {string} dataDir @param {(line: string) => void} complain */
function openLogs(dataDir, complain) {
  try {
    // The embedded database of root belongs to another user, who has to walk through this folder.
    mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    return { server: openLog(dataDir, "server"), agent: openLog(dataDir, "agent") };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    complain(
      `The data folder ${dataDir} cannot be written (${reason}). Set REDFLAG_DATA_DIR to a folder that can.`,
    );
    return undefined;
  }
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
