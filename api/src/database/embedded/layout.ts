import { createHash } from "node:crypto";
import { mkdir, mkdtemp, chmod, chown, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Identity } from "./run-as.js";

/** Where the embedded database keeps its things inside the data folder. */
export interface Layout {
  /** Folder of the database: 0700, or 0711 and ours when PostgreSQL runs as another user than we. */
  home: string;
  /** PostgreSQL's own data folder. */
  data: string;
  /** Folder of the Unix socket. */
  socket: string;
  /** Text that PostgreSQL prints. */
  logFile: string;
  /** Copies of the binaries, when needed; readable by all. */
  stageRoot: string;
}

/** A Unix socket's path must fit into `sockaddr_un`: 107 bytes on Linux, 103 on macOS. */
const LONGEST_SOCKET_PATH = process.platform === "darwin" ? 103 : 107;
const SOCKET_NAME = ".s.PGSQL.5432";
/** PostgreSQL makes this file beside the socket, so it has to fit as well. */
const SOCKET_LOCK_NAME = `${SOCKET_NAME}.lock`;

/** Names the folders for a data folder; touches nothing. */
export function layoutOf(dataDir: string): Layout {
  const root = path.resolve(dataDir);
  const home = path.join(root, "database");
  return {
    home,
    data: path.join(home, "data"),
    socket: path.join(home, "socket"),
    logFile: path.join(home, "postgresql.log"),
    stageRoot: path.join(root, "postgresql"),
  };
}

/** True when a socket in this folder has a name that the system accepts. */
export function fitsSocket(folder: string): boolean {
  return Buffer.byteLength(path.join(folder, SOCKET_LOCK_NAME)) <= LONGEST_SOCKET_PATH;
}

/**
 * Makes the database's folder. When PostgreSQL runs as another user the folder stays ours, so that this user
 * cannot lay a link where we write; it may only pass through. One that belongs to somebody else is left as
 * it is.
 */
export async function makeHome(layout: Layout, identity: Identity | undefined): Promise<void> {
  await mkdir(layout.home, { recursive: true, mode: 0o700 });
  const { uid } = await stat(layout.home);
  if (uid === process.getuid?.()) await chmod(layout.home, identity ? 0o711 : 0o700);
}

/** Creates a folder that only `identity` (or we) may enter. */
export async function makePrivateFolder(folder: string, identity: Identity | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  if (identity) await chown(folder, identity.uid, identity.gid);
}

/**
 * Creates the socket's folder and returns its path: inside the data folder, or, when that path is too long,
 * a fresh private one below `runtimeDir` (default: the system's folder for temporary files). Call it only when
 * no server runs on the data folder.
 */
export async function makeSocketFolder(
  layout: Layout,
  identity: Identity | undefined,
  runtimeDir: string = tmpdir(),
): Promise<string> {
  if (fitsSocket(layout.socket)) {
    await makePrivateFolder(layout.socket, identity);
    // A killed server's lock file names a process id that may be another program's by now. No server of ours
    // runs at this moment, and nobody else can have one here.
    for (const name of [SOCKET_NAME, SOCKET_LOCK_NAME])
      await rm(path.join(layout.socket, name), { force: true });
    return layout.socket;
  }
  const short = await mkdtemp(path.join(runtimeDir, shortPrefix(layout)));
  await makePrivateFolder(short, identity);
  return short;
}

/** Removes a short socket folder that an earlier start left behind; never anything else. */
export async function removeShortSocketFolder(folder: string, layout: Layout): Promise<void> {
  if (!path.basename(folder).startsWith(shortPrefix(layout))) return;
  await rm(folder, { recursive: true, force: true });
}

function shortPrefix(layout: Layout): string {
  return `redflag-pg-${createHash("sha256").update(layout.home).digest("hex").slice(0, 8)}-`;
}
