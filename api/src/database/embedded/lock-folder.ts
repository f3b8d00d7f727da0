import { randomBytes } from "node:crypto";
import { link, open, readdir, unlink, type FileHandle } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import path from "node:path";
import { StartupError } from "../startup-error.js";

/** The proof that this process alone uses a data folder. */
export interface FolderLock {
  /** Gives the folder free. */
  release(): Promise<void>;
}

const GENERATION = /^lock\.(\d+)$/;
const ATTEMPTS = 50;
const ANSWER_DEADLINE_MS = 2_000;

/**
 * Takes a folder for this process, or throws {@link StartupError} `DATA_FOLDER_IN_USE` naming the process
 * that has it.
 *
 * The lock is a listening Unix socket: the kernel closes it with its process, so `kill -9` leaves a name on
 * which nobody answers, and a recycled process id cannot be mistaken for the holder. A dead name is never
 * taken away and used again, for others might have looked at it a moment ago; the next holder takes the next
 * number instead (`lock.1`, `lock.2` …), by one `link` that only one can win, and only while no higher number
 * exists. So the highest number never falls, and whoever listens on it is the holder.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const directory = await open(folder, "r");
  const place = socketPlace(folder, directory);
  const own = `lock-${process.pid}-${randomBytes(4).toString("hex")}`;
  let server: Server | undefined;
  const release = async () => {
    if (server) await closeServer(server);
    await directory.close();
  };
  try {
    server = await listen(path.join(place, own), folder);
    await take(folder, place, own);
    return { release };
  } catch (error) {
    await release();
    throw error;
  } finally {
    await unlink(path.join(folder, own)).catch(() => {});
  }
}

async function take(folder: string, place: string, own: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const highest = Math.max(0, ...(await generations(folder)));
    const holder = highest > 0 ? await askHolder(path.join(place, `lock.${highest}`)) : "nobody";
    if (holder === "moved") continue;
    if (holder !== "nobody") throw inUse(folder, holder);
    const mine = path.join(folder, `lock.${highest + 1}`);
    if (!(await linkUnlessTaken(path.join(folder, own), mine))) continue;
    const now = await generations(folder);
    if (now.some((generation) => generation > highest + 1)) {
      await unlink(mine);
      continue;
    }
    await forgetOld(folder, now, highest);
    return;
  }
  throw inUse(folder, "unknown");
}

async function generations(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => GENERATION.exec(name)?.[1] ?? []).map(Number);
}

async function linkUnlessTaken(existing: string, name: string): Promise<boolean> {
  try {
    await link(existing, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The one before ours stays, so that whoever lists the folder right now meets at least one of the two. */
async function forgetOld(folder: string, all: readonly number[], previous: number): Promise<void> {
  const old = all.filter((generation) => generation < previous);
  await Promise.all(old.map((generation) => unlink(path.join(folder, `lock.${generation}`)).catch(() => {})));
}

/** The process id that answers on a lock; "nobody" when it is dead, "moved" when the name is gone. */
function askHolder(socketPath: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    let answer = "";
    const finish = (holder: string) => {
      socket.destroy();
      resolve(holder);
    };
    socket.setTimeout(ANSWER_DEADLINE_MS, () => finish("unknown"));
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("end", () => finish(answer.trim() || "unknown"));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") return finish("nobody");
      // Any other failure, such as a full queue, is no proof that the holder is dead.
      finish(error.code === "ENOENT" ? "moved" : "unknown");
    });
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
