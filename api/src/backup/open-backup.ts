import { createReadStream } from "node:fs";
import { access, constants } from "node:fs/promises";
import path from "node:path";
import { createGunzip } from "node:zlib";
import { BackupError } from "./backup-error.js";
import { BackupReader } from "./read-backup.js";

/** Opens a backup for reading. Throws `BACKUP_MISSING` for a file that cannot be read. */
export async function openBackup(name: string): Promise<BackupReader> {
  const file = path.resolve(name);
  await access(file, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? "does not exist" : `cannot be read (${error.message})`;
    throw new BackupError("BACKUP_MISSING", `The backup ${file} ${reason}: check its name.`, {
      cause: error,
    });
  });
  return new BackupReader(inflate(file), file);
}

/** Opened when first asked, so that no error comes before somebody listens. */
async function* inflate(file: string): AsyncGenerator<Buffer, void> {
  const input = createReadStream(file);
  const gunzip = createGunzip();
  input.once("error", (error) => gunzip.destroy(error));
  input.pipe(gunzip);
  try {
    yield* gunzip;
  } finally {
    input.destroy();
  }
}
