import { announce } from "./announce.mjs";
import { keepAgent } from "./keep-agent.mjs";
import { keepServer } from "./keep-server.mjs";
import { openLog } from "./log-file.mjs";
import { makeFolder } from "./make-folder.mjs";

/** @typedef {import("./settings.mjs").ChildSettings} ChildSettings */
/** @typedef {import("./settings.mjs").Ready} Ready */

const CONFIGURATION_ERROR = 78;

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
 * Runs the server and, once it is ready, the agent of this machine, until a signal or the server's end. A server that
 * was killed is started again, and the agent runs on meanwhile.
 *
 * @param {object} plan
 * @param {() => ChildSettings} plan.server asked before each start of the server
 * @param {(ready: Ready) => ChildSettings} plan.agent
 * @param {string} plan.dataDir made when missing
 * @param {(line: string) => void} plan.say
 * @param {(line: string) => void} plan.complain
 * @param {import("./keep-agent.mjs").Patience} [plan.patience]
 * @returns {Promise<number>} exit code: 0 after a wanted stop, otherwise the server's
 */
export async function supervise({ server, agent, dataDir, say, complain, patience = PATIENCE }) {
  const { stop, force } = listenForSignals(say, patience.insistAfter);
  const logs = openLogs(dataDir, complain);
  if (!logs) return CONFIGURATION_ERROR;

  let agentDone = Promise.resolve();
  let moved = new AbortController();
  /** @type {Ready | undefined} */
  let known;
  const onReady = (/** @type {Ready} */ ready) => {
    if (stop.signal.aborted) return;
    const before = known;
    known = ready;
    const isNewCode = ready.setupCode !== undefined && ready.setupCode !== before?.setupCode;
    if (ready.url !== before?.url || isNewCode) for (const line of announce(ready, dataDir)) say(line);
    else say("RedFlag is running again.");
    if (ready.url === before?.url) return;
    moved.abort();
    moved = new AbortController();
    const control = {
      stop: AbortSignal.any([stop.signal, moved.signal]),
      force: force.signal,
      complain,
    };
    agentDone = agentDone.then(() => keepAgent(agent(ready), logs.agent.fd, patience, control));
  };

  const agentEnded = new AbortController();
  const serverDone = keepServer(server, logs.server, patience, {
    stop: agentEnded.signal,
    force: force.signal,
    onReady,
    complain,
  });
  const asked = new Promise((resolve) => stop.signal.addEventListener("abort", resolve, { once: true }));
  await Promise.race([serverDone, asked]);
  const wanted = stop.signal.aborted;
  stop.abort();
  await agentDone;
  agentEnded.abort();
  const exitCode = await serverDone;
  if (wanted) say("RedFlag has stopped.");
  return exitCode;
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
    makeFolder(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
    return { server: openLog(dataDir, "server"), agent: openLog(dataDir, "agent") };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    complain(
      `The data folder ${dataDir} cannot be written (${reason}). Set REDFLAG_DATA_DIR to a folder that can.`,
    );
    return undefined;
  }
}
