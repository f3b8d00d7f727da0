import { stat } from "node:fs/promises";
import path from "node:path";
import { DATABASE_NAME } from "./init-data.js";
import { layoutOf } from "./layout.js";
import { isOurPostmaster, readPostmasterFile } from "./postmaster.js";
import type { EmbeddedPostgres } from "./start.js";

/** Whether this data folder holds an embedded database, running or not. */
export async function hasEmbedded(dataDir: string): Promise<boolean> {
  const version = path.join(layoutOf(dataDir).data, "PG_VERSION");
  return (await stat(version).catch(() => undefined)) !== undefined;
}

/** How to reach the embedded database that a running server has started; nothing when none runs. */
export async function findRunning(
  dataDir: string,
  signal: AbortSignal,
): Promise<EmbeddedPostgres["connection"] | undefined> {
  const layout = layoutOf(dataDir);
  const file = await readPostmasterFile(layout);
  if (file?.status !== "ready" || !(await isOurPostmaster(file.pid, layout, signal))) return undefined;
  return { host: file.socketFolder, port: 5432, user: DATABASE_NAME, database: DATABASE_NAME };
}
