import { chmod, realpath, stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "../log.js";
import { StartupError } from "../startup-error.js";
import { findBinaries } from "./binaries.js";
import { explainFailure } from "./explain-failure.js";
import { DATABASE_NAME, ensureDataFolder } from "./init-data.js";
import { layoutOf, makeHome, makeSocketFolder, removeShortSocketFolder, type Layout } from "./layout.js";
import { lockFolder } from "./lock-folder.js";
import { makeFolder } from "./make-folder.js";
import { stopOrphan } from "./postmaster.js";
import { firstClosedFolder } from "./reachable.js";
import { chooseIdentity, type Identity } from "./run-as.js";
import { startServer, type ServerExit, type ServerInput, type ServerProcess } from "./server-process.js";
import { serverSettings } from "./settings.js";
import { runnableBinaries } from "./stage-binaries.js";

/** How to start the embedded database. */
export interface EmbeddedOptions {
  /** RedFlag's data folder; the database takes the folder `database` in it. */
  dataDir: string;
  log: Log;
  /** Ends the start early. It does not stop a server that has started: `stop` does. */
  signal?: AbortSignal;
  /** Default true. False switches off fsync and more: for tests only. */
  durable?: boolean;
  /** Default 40. */
  maxConnections?: number;
  /** Where a short socket folder goes when the data folder's path is too long. Default: the system's. */
  runtimeDir?: string;
  /** Called once when the server ends without having been asked to. */
  onExit?: (exit: ServerExit) => void;
}

/** A running embedded database. */
export interface EmbeddedPostgres {
  /** `host` is the folder of the Unix socket, as `pg` takes it. No password: the folder is the door. */
  connection: { host: string; port: number; user: string; database: string };
  pid: number;
  /** Settles when the server process has ended, asked or not. Never rejects. */
  exited: Promise<ServerExit>;
  /** Stops the server (fast) and gives the folder free. Safe to call twice. */
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 180_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;

/**
 * Starts the PostgreSQL that came with npm, on a Unix socket in a private folder and without any TCP port.
 * Makes the data folder on the first start, and ends a server that an earlier, killed run left behind.
 * Every failure is a {@link StartupError}.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  return prepareAndStart(options).catch((error: unknown) => {
    throw explainFailure("Starting the embedded database failed", { error });
  });
}

async function prepareAndStart(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const deadline = AbortSignal.timeout(START_DEADLINE_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  const binaries = await findBinaries();
  const dataDir = await makeDataDir(options.dataDir);
  const layout = layoutOf(dataDir);
  const identity = await chooseIdentity(layout.data);
  if (identity) await openTheWay(dataDir, identity);
  await makeHome(layout, identity);
  const lock = await lockFolder(layout.home);
  try {
    const native = await runnableBinaries(binaries, layout.stageRoot, identity);
    return await startLocked({ options, layout, native, identity, signal, release: lock.release });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface LockedStart {
  options: EmbeddedOptions;
  layout: Layout;
  native: string;
  identity: Identity | undefined;
  signal: AbortSignal;
  release: () => Promise<void>;
}

async function startLocked(start: LockedStart): Promise<EmbeddedPostgres> {
  const { options, layout, native, identity, signal } = start;
  const { durable = true, maxConnections = 40, log } = options;
  const orphan = await stopOrphan(layout, signal);
  if (orphan === "stopped") log.warn({}, "Stopped the database server that an earlier run left behind");
  const created = await ensureDataFolder({ layout, native, identity, durable, signal });
  const socketFolder = await makeSocketFolder(layout, identity, options.runtimeDir);
  const settings = serverSettings({ durable, maxConnections });
  const server = await startPatiently({ layout, native, socketFolder, identity, settings, signal }).catch(
    async (error: unknown) => {
      await removeShortSocketFolder(socketFolder, layout);
      throw error;
    },
  );
  log.info({ pid: server.pid, created, user: identity?.name }, "Embedded PostgreSQL is running");

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await server.stop();
    await removeShortSocketFolder(socketFolder, layout);
    await start.release();
  };
  void server.exited.then((exit) => {
    if (!stopping) options.onExit?.(exit);
  });
  return {
    connection: { host: socketFolder, port: 5432, user: DATABASE_NAME, database: DATABASE_NAME },
    pid: server.pid,
    exited: server.exited,
    stop: () => (stopping ??= stop()),
  };
}

/** A killed server's children finish what they are at; PostgreSQL refuses to start until the last is gone. */
async function startPatiently(input: ServerInput): Promise<ServerProcess> {
  for (let wait = FIRST_WAIT_MS; ; wait *= 2) {
    try {
      return await startServer(input);
    } catch (error) {
      const isBusy = error instanceof Error && /shared memory block.*still in use/.test(error.message);
      if (!isBusy || wait > LONGEST_WAIT_MS) throw error;
    }
    await delay(wait, undefined, { signal: input.signal });
  }
}

/** Makes the data folder and returns its real path. */
async function makeDataDir(dataDir: string): Promise<string> {
  try {
    await makeFolder(dataDir);
    return await realpath(dataDir);
  } catch (error) {
    throw new StartupError(
      "DATA_FOLDER_UNREACHABLE",
      `The data folder ${dataDir} cannot be made (${(error as Error).message}): choose another with REDFLAG_DATA_DIR.`,
      { cause: error },
    );
  }
}

/**
 * The other user has to pass through the data folder. That one is ours, so it is opened for passing (not for
 * listing); what lies above it is not ours to change.
 */
async function openTheWay(dataDir: string, identity: Identity): Promise<void> {
  const stats = await stat(dataDir);
  if (stats.uid === 0) await chmod(dataDir, (stats.mode & 0o777) | 0o111);
  const closed = await firstClosedFolder(dataDir, identity);
  if (closed === undefined) return;
  throw new StartupError(
    "DATA_FOLDER_UNREACHABLE",
    `PostgreSQL does not run as root, and the user ${identity.name} that it runs as may not enter ${closed}: choose a data folder such as /var/lib/redflag with REDFLAG_DATA_DIR, or set DATABASE_URL.`,
  );
}
