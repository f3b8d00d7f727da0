import { isPluginError, PluginError, type Call, type Notice, type PendingRestart } from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import { readInstalled } from "../packages/installed.js";
import { findOwners, type FileOwners } from "./file-owners.js";
import { groupRestarts } from "./group-restarts.js";
import { findKernelRestart } from "./kernel-restart.js";
import { keepRestarts, recallRestarts, restartMark, type RestartMemory } from "./restart-memory.js";
import { readMarker } from "./restart.js";

const MAX_RESTARTS = 500;
const MAX_KEYS = 1000;
const MAX_FILES = 2000;
/** Where no package keeps its code. */
const NO_PACKAGE = ["/tmp/", "/var/tmp/", "/run/", "/home/", "/root/"];

/** What waits for a restart. */
export interface RestartFindings {
  /** Null when not every process could be looked at. */
  readonly pending: readonly PendingRestart[] | null;
  /** Whether the machine itself waits; null when unknown. */
  readonly system: boolean | null;
  readonly warnings: readonly Notice[];
}

/**
 * What still runs from before the last installations: processes with replaced code of packages, a kernel that is not the
 * newest of its flavour, and packages that asked for a restart of the machine. Only dpkg makes code old, so a machine
 * whose database did not change since nothing was pending is not looked at again.
 *
 * @throws PluginError only `CANCELLED` and `TIMEOUT`
 */
export async function findPendingRestarts(context: AptContext, call: Call): Promise<RestartFindings> {
  const marker = await readMarker(context);
  const marked = marker === null ? [] : [marker];
  try {
    const { found, isComplete } = await look(context, call);
    const all = [...found, ...marked];
    const system = all.some(({ kind }) => kind === "system");
    if (!isComplete) return { pending: null, system: system || null, warnings: [] };
    return { pending: all, system, warnings: [] };
  } catch (error) {
    if (!isPluginError(error) || error.code === "CANCELLED" || error.code === "TIMEOUT") throw error;
    const message = `Whether something has to restart is not known: ${error.message}`;
    const system = marker === null ? null : true;
    return { pending: null, system, warnings: [{ code: "RESTARTS_UNKNOWN", message }] };
  }
}

async function look(
  context: AptContext,
  call: Call,
): Promise<{ found: readonly PendingRestart[]; isComplete: boolean }> {
  const mark = await restartMark(context);
  const known = mark === null ? null : await recallRestarts(context, mark);
  if (known?.isFinal) {
    return { found: known.kernel === null ? [] : [known.kernel], isComplete: known.isComplete };
  }
  const kernel = known ? known.kernel : await kernelRestart(context, call);
  const { processes, complete } = await outdatedProcesses(context, call);
  const owners = await ownersOf(
    context,
    processes.flatMap(({ files }) => files),
    known,
    call,
  );
  const found = [...groupRestarts(processes, owners), ...(kernel === null ? [] : [kernel])];
  if (found.length >= MAX_RESTARTS || found.some(({ keys }) => keys.length > MAX_KEYS)) {
    throw new PluginError("UNSUPPORTED", "More has to restart than the agent can list.");
  }
  const isFinal = !complete || found.length === 0;
  const isNews = !known || isFinal || owners.size > known.owners.size;
  if (mark !== null && isNews) {
    await keepRestarts(context, { mark, isFinal, isComplete: complete, kernel, owners });
  }
  return { found, isComplete: complete };
}

/** The kernel that runs is this machine's, so it says nothing about another root. */
async function kernelRestart(context: AptContext, call: Call): Promise<PendingRestart | null> {
  const { config, host } = context;
  if (config.rootDir !== undefined || host.container || host.kernel === null) return null;
  return findKernelRestart(host, await readInstalled(context, call));
}

/** The processes that run code below the root, with the files as they are called there. */
async function outdatedProcesses(context: AptContext, call: Call) {
  const { rootDir = "" } = context.config;
  const { processes, complete } = await context.processes.findOutdated(call);
  const inside = processes.map((one) => ({
    ...one,
    files: one.files
      .filter((file) => file.startsWith(`${rootDir}/`))
      .map((file) => file.slice(rootDir.length))
      .filter((file) => !NO_PACKAGE.some((folder) => file.startsWith(folder))),
  }));
  return { processes: inside.filter(({ files }) => files.length > 0), complete };
}

async function ownersOf(
  context: AptContext,
  files: readonly string[],
  known: RestartMemory | null,
  call: Call,
): Promise<FileOwners> {
  const wanted = [...new Set(files)];
  if (wanted.length > MAX_FILES) {
    throw new PluginError("UNSUPPORTED", `${wanted.length} replaced files are in use.`);
  }
  const unknown = wanted.filter((file) => known?.owners.has(file) !== true);
  return new Map([...(known?.owners ?? []), ...(await findOwners(context, unknown, call))]);
}
