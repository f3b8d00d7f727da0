import { randomBytes } from "node:crypto";
import { link, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { BackupError } from "./backup-error.js";

/** What was written. */
export interface SavedBackup {
  /** Absolute path. */
  readonly file: string;
  readonly bytes: number;
}

/** Text compresses well early; more effort only takes longer. */
const LEVEL = 4;

/**
 * Compresses `content` into a new file that only this user may read. The file appears under its name when it is
 * complete and on the disk; until then it lies beside it. Throws `BACKUP_NOT_WRITTEN` when there is such a file
 * already, no space, or no permission, and leaves nothing behind.
 */
export async function saveBackup(name: string, content: AsyncIterable<Buffer>): Promise<SavedBackup> {
  const file = path.resolve(name);
  await refuseExisting(file);
  const partial = `${file}.${randomBytes(4).toString("hex")}.partial`;
  const failed = (error: unknown): never => {
    throw explain(error, file);
  };
  const handle = await open(partial, "wx", 0o600).catch(failed);
  try {
    const writing = handle.createWriteStream({ flush: true });
    await pipeline(Readable.from(content), createGzip({ level: LEVEL }), writing).catch(failed);
    await publish(partial, file).catch(failed);
    return { file, bytes: (await stat(file)).size };
  } finally {
    await handle.close().catch(() => {});
    await rm(partial, { force: true });
  }
}

async function refuseExisting(file: string): Promise<void> {
  if (await stat(file).catch(() => undefined)) throw existing(file);
}

/** A link never replaces a file that appeared meanwhile; not every file system has links. */
async function publish(partial: string, file: string): Promise<void> {
  await link(partial, file).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") throw existing(file);
    await refuseExisting(file);
    await rename(partial, file);
  });
  const folder = await open(path.dirname(file), "r");
  await folder.sync().finally(() => folder.close());
}

function existing(file: string): BackupError {
  return new BackupError(
    "BACKUP_NOT_WRITTEN",
    `${file} exists already: choose another name, or move it away.`,
  );
}

const NO_SPACE = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
/** What a file system says; the database's connection fails in other words. */
const OF_FILES = new Set([...NO_SPACE, "EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR", "EISDIR", "EIO"]);

function explain(error: unknown, file: string): unknown {
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (!OF_FILES.has(code)) return error;
  const reason = NO_SPACE.has(code) ? "there is no space left" : `it is not possible (${message})`;
  return new BackupError(
    "BACKUP_NOT_WRITTEN",
    `The backup ${file} was not written, because ${reason}: make room, or choose another folder. Nothing of it was kept.`,
    { cause: error },
  );
}
