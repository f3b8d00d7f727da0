import { randomBytes } from "node:crypto";
import { link, open, rename, unlink, type FileHandle } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import path from "node:path";
import { StartupError } from "../startup-error.js";

/** The proof that this process alone uses a data folder. */
export interface FolderLock {
  /** Gives the folder free. */
  release(): Promise<void>;
}

const LOCK = "lock";
const ATTEMPTS = 20;
const ANSWER_DEADLINE_MS = 2_000;

/**
 * Takes a folder for this process, or throws {@link StartupError} `DATA_FOLDER_IN_USE` naming the process
 * that has it. The lock is a listening Unix socket: the kernel closes it with its process, so `kill -9`
 * leaves a name on which nobody answers, and a recycled process id cannot be mistaken for the holder.
 * Taking it is one `link`, which only one of many can win.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const directory = await open(folder, "r");
  const place = socketPlace(folder, directory);
  const own = `${LOCK}.${process.pid}.${randomBytes(4).toString("hex")}`;
  const server = await listen(path.join(place, own), folder).catch(async (error: unknown) => {
    await directory.close();
    throw error;
  });
  const release = async () => {
    // The name goes first: a name without a listener would only cost the next one a look.
    await unlink(path.join(folder, LOCK)).catch(() => {});
    await closeServer(server);
    await directory.close();
  };
  try {
    await take(folder, place, own);
    return { release };
  } catch (error) {
    await closeServer(server);
    await directory.close();
    throw error;
  } finally {
    await unlink(path.join(folder, own)).catch(() => {});
  }
}

async function take(folder: string, place: string, own: string): Promise<void> {
  const lock = path.join(folder, LOCK);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      await link(path.join(folder, own), lock);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = await askHolder(path.join(place, LOCK));
    if (holder !== undefined) throw inUse(folder, holder);
    await clearDeadLock(folder, place);
  }
  throw inUse(folder, "unknown");
}

/** Moves a dead name away. What was moved is asked again, because a live one may have come in between. */
async function clearDeadLock(folder: string, place: string): Promise<void> {
  const moved = `${LOCK}.dead.${randomBytes(4).toString("hex")}`;
  try {
    await rename(path.join(folder, LOCK), path.join(folder, moved));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const holder = await askHolder(path.join(place, moved));
  if (holder !== undefined) {
    await link(path.join(folder, moved), path.join(folder, LOCK)).catch(() => {});
  }
  await unlink(path.join(folder, moved)).catch(() => {});
}

/** The process id that answers on a lock, or nothing when nobody listens there. */
function askHolder(socketPath: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    let answer = "";
    const finish = (holder: string | undefined) => {
      socket.destroy();
      resolve(holder);
    };
    socket.setTimeout(ANSWER_DEADLINE_MS, () => finish("unknown"));
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("end", () => finish(answer.trim() || "unknown"));
    socket.on("error", () => finish(undefined));
  });
}

function listen(socketPath: string, folder: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end(`${process.pid}\n`);
  });
  server.unref();
  return new Promise((resolve, reject) => {
    server.once("error", (error) =>
      reject(
        new StartupError(
          "DATA_FOLDER_UNREACHABLE",
          `The folder ${folder} cannot hold a Unix socket (${error.message}): choose a data folder on a local disk with a shorter path.`,
          { cause: error },
        ),
      ),
    );
    server.listen(socketPath, () => resolve(server));
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}

/** Linux reaches a folder by an open descriptor, so that a long path still fits into a socket's address. */
function socketPlace(folder: string, directory: FileHandle): string {
  return process.platform === "linux" ? `/proc/self/fd/${directory.fd}` : folder;
}

function inUse(folder: string, holder: string): StartupError {
  return new StartupError(
    "DATA_FOLDER_IN_USE",
    `The data folder ${path.dirname(folder)} is in use by the RedFlag server with pid ${holder}: stop that one, or give this one another folder with REDFLAG_DATA_DIR.`,
  );
}
