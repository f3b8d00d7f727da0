import { BackupError } from "../backup/backup-error.js";
import { openBackup } from "../backup/open-backup.js";
import { restoreBackup } from "../backup/restore-backup.js";
import { saveBackup } from "../backup/save-backup.js";
import { writeBackup } from "../backup/write-backup.js";
import type { ReadSettings } from "../config/read-settings.js";
import { hasEmbedded } from "../database/embedded/find-running.js";
import { withClient, withConnection, withDatabase } from "./with-database.js";

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const KIB = 1024;
const MIB = 1024 * KIB;

/** `redflag backup FILE`: saves everything, also while servers run. */
export async function runBackup(settings: ReadSettings, file: string): Promise<void> {
  if (!settings.DATABASE_URL && !(await hasEmbedded(settings.REDFLAG_DATA_DIR))) {
    throw new BackupError(
      "NOTHING_TO_BACK_UP",
      `There is no database in ${settings.REDFLAG_DATA_DIR}: name the server's data folder with REDFLAG_DATA_DIR, or its database with DATABASE_URL.`,
    );
  }
  await withConnection(settings, async (client) => {
    const saved = await saveBackup(file, writeBackup(client, Date.now()));
    print(`${saved.file}: ${sizeOf(saved.bytes)}. Keep it as safe as the server itself.`);
  });
}

/** A small fleet's backup is no "0.0 MiB". */
function sizeOf(bytes: number): string {
  return bytes < MIB ? `${Math.ceil(bytes / KIB)} KiB` : `${(bytes / MIB).toFixed(1)} MiB`;
}

/** `redflag restore FILE`: puts a backup into an empty database, or with `replace` over a used one. */
export async function runRestore(
  settings: ReadSettings,
  file: string,
  { replace }: { replace: boolean },
): Promise<void> {
  const reader = await openBackup(file);
  // Before a database is made for it.
  await reader.head();
  await withDatabase(settings, (database) =>
    withClient(database.connection, async (client) => {
      const { createdAt, tables, rows } = await restoreBackup({ database, client, reader, replace });
      print(`Restored ${rows} rows of ${tables} tables as they were at ${createdAt}.`);
      print("Every operator has to log in again.");
    }),
  );
}
