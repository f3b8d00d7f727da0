import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/**
 * @typedef {object} Settings
 * @property {string} root folder of the checkout
 * @property {string} dataDir folder of everything that must survive a restart
 *
 * @typedef {object} ChildSettings how to start a child
 * @property {string} name "server" or "agent": in messages and for the log file
 * @property {readonly string[]} argv Node's arguments: the script first
 * @property {NodeJS.ProcessEnv} env
 *
 * @typedef {object} Ready the server's first message over IPC
 * @property {"ready"} type
 * @property {string} url where the page is reached from this machine, for example `http://127.0.0.1:8080`
 * @property {string} [setupCode] only while no operator exists
 * @property {string} [registrationToken] one seat for the agent of this machine, only when asked for
 */

/** @param {string} root @param {NodeJS.ProcessEnv} env @returns {Settings} */
export function readSettings(root, env) {
  return { root, dataDir: path.resolve(env["REDFLAG_DATA_DIR"] || defaultDataDir(env)) };
}

/** @param {NodeJS.ProcessEnv} env @param {{ uid?: number | undefined, home: string }} [user] */
export function defaultDataDir(env, user = { uid: process.getuid?.(), home: homedir() }) {
  if (user.uid === 0) return "/var/lib/redflag";
  return path.join(env["XDG_DATA_HOME"] || path.join(user.home, ".local/share"), "redflag");
}

/** @param {Settings} settings @param {NodeJS.ProcessEnv} env @returns {ChildSettings} */
export function serverSettings(settings, env) {
  /** @type {NodeJS.ProcessEnv} */
  const own = { ...keep(env, (name) => !AGENTS_OWN.test(name)), REDFLAG_DATA_DIR: settings.dataDir };
  if (!isRegistered(settings.dataDir)) own["REDFLAG_LOCAL_AGENT"] = "1";
  return { name: "server", argv: [path.join(settings.root, "api/dist/main.js"), "serve"], env: own };
}

/**
 * @param {Settings} settings
 * @param {NodeJS.ProcessEnv} env
 * @param {Ready} ready
 * @returns {ChildSettings}
 */
export function agentSettings(settings, env, ready) {
  const state = agentStateDir(settings.dataDir);
  return {
    name: "agent",
    argv: [path.join(settings.root, "agent-core/dist/main.js"), "run"],
    env: {
      ...keep(env, isForAgent),
      ...agentLogLevel(env),
      REDFLAG_SERVER_URL: ready.url,
      ...(ready.registrationToken ? { REDFLAG_REGISTRATION_TOKEN: ready.registrationToken } : {}),
      AGENT_CONFIG_PATH: agentConfigFile(settings.dataDir),
      REDFLAG_AGENT_STATE_DIR: state,
    },
  };
}

/** What only the agent understands; the server refuses variables that it does not know. */
const AGENTS_OWN =
  /^(AGENT_CONFIG_PATH|REDFLAG_(SERVER_URL|REGISTRATION_TOKEN|ALLOW_INSECURE_HTTP|CA_FILE|AGENT_STATE_DIR|SCAN_INTERVAL_SECONDS|STOP_TIMEOUT_SECONDS))$/;
/** RedFlag's own variables, of whichever of its programs. */
const OURS = /^(DATABASE_URL$|SERVER_|REDFLAG_)/;
/** What the server leaves to others; misspelt, it is for the agent to refuse. */
const AGENTS_TOO = /^REDFLAG_(LOG_LEVEL$|AGENT_|TEST_)/;

/** The agent runs other people's plugins: it never sees where the database is.
 * @param {string} name */
const isForAgent = (name) => !OURS.test(name) || AGENTS_OWN.test(name) || AGENTS_TOO.test(name);

/** The server's log knows two levels more than the agent's.
 * @param {NodeJS.ProcessEnv} env @returns {NodeJS.ProcessEnv} */
function agentLogLevel(env) {
  if (env["REDFLAG_LOG_LEVEL"] === "trace") return { REDFLAG_LOG_LEVEL: "debug" };
  return env["REDFLAG_LOG_LEVEL"] === "fatal" ? { REDFLAG_LOG_LEVEL: "error" } : {};
}

/** @param {NodeJS.ProcessEnv} env @param {(name: string) => boolean} isKept @returns {NodeJS.ProcessEnv} */
const keep = (env, isKept) => Object.fromEntries(Object.entries(env).filter(([name]) => isKept(name)));

/** @param {string} dataDir */
export const agentConfigFile = (dataDir) => path.join(agentStateDir(dataDir), "config.json");

/** @param {string} dataDir */
const agentStateDir = (dataDir) => path.join(dataDir, "agent");

/**
 * How long the agent may take to stop, in milliseconds: what it allows itself for an installation that cannot be
 * interrupted, and something on top.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function agentGrace(env) {
  const own = Number(env["REDFLAG_STOP_TIMEOUT_SECONDS"] || 60);
  return ((Number.isFinite(own) ? own : 60) + 30) * 1000;
}

/** Whether the agent of this data folder holds credentials already; then no seat has to be opened for it.
 * @param {string} dataDir */
export function isRegistered(dataDir) {
  return existsSync(path.join(agentStateDir(dataDir), "credentials.json"));
}
