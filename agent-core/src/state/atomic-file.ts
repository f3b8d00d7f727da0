import { randomBytes } from "node:crypto";
import { access, open, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { withDiskFull } from "./disk-full.js";
import { makeFolder } from "./make-folder.js";

const TEMPORARY = /^\..+\.[0-9a-f]{12}\.tmp$/;

/**
 * Replaces a file as a whole: after a crash at any moment it holds either the old or the new text, never a part.
 *
 * @param mode the permissions from the first byte on.
 * @throws StateError when the disk is full.
 */
export async function writeFileAtomically(file: string, text: string, mode = 0o600): Promise<void> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.${path.basename(file)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await makeFolder(folder);
    const handle = await open(temporary, "wx", mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw withDiskFull(error, file);
  }
  await syncFolder(folder);
}

/** Makes names in a folder survive a power cut. Does nothing where folders cannot be opened, as on Windows. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The text of a file; undefined when there is none. */
export async function readFileIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (Object(error).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether there is a file. */
export async function hasFile(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** Removes what interrupted writes left in a folder. */
export async function removeTemporaryFiles(folder: string): Promise<void> {
  const names = await readdir(folder);
  await Promise.all(
    names.filter((name) => TEMPORARY.test(name)).map((name) => rm(path.join(folder, name), { force: true })),
  );
}
