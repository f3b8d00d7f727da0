import { Client, type ClientConfig } from "pg";
import type { ReadSettings } from "../config/read-settings.js";
import { openDatabase } from "../database/connection.js";
import type { Database } from "../database/database.js";
import { parseDatabaseUrl } from "../database/database-url.js";
import { findRunning } from "../database/embedded/find-running.js";
import { startEmbeddedPostgres } from "../database/embedded/start.js";
import { explainConnectionError } from "../database/explain-connection-error.js";
import { migrate } from "../database/migrations/migrate.js";
import { StartupError } from "../database/startup-error.js";
import { modules } from "../modules.js";
import { createLogger } from "./create-logger.js";

const LOOK_MS = 5_000;
const CONNECT_MS = 10_000;

/** Opens and migrates the configured database for one piece of work. No server may run on an embedded one. */
export async function withDatabase(
  settings: ReadSettings,
  run: (database: Database) => Promise<void>,
): Promise<void> {
  const log = createLogger("warn", process.stderr);
  const entities = modules.flatMap((module) => [...module.entities]);
  const { DATABASE_URL: databaseUrl, REDFLAG_DATA_DIR: dataDir } = settings;
  const database = await openDatabase({ databaseUrl, dataDir, entities, log });
  try {
    await migrate(database);
    await run(database);
  } finally {
    await database.close();
  }
}

/** One plain connection to the configured database, also while a server runs on the embedded one. */
export async function withConnection<T>(
  settings: ReadSettings,
  run: (client: Client) => Promise<T>,
): Promise<T> {
  const { DATABASE_URL: databaseUrl, REDFLAG_DATA_DIR: dataDir } = settings;
  if (databaseUrl) return withClient(parseDatabaseUrl(databaseUrl), run);
  const log = createLogger("warn", process.stderr);
  const started = await startEmbeddedPostgres({ dataDir, log }).catch(async (error: unknown) => {
    if (!(error instanceof StartupError) || error.code !== "DATA_FOLDER_IN_USE") throw error;
    const connection = await findRunning(dataDir, AbortSignal.timeout(LOOK_MS));
    // It is only just starting or stopping.
    if (!connection) throw error;
    return { connection, stop: async () => {} };
  });
  try {
    return await withClient(started.connection, run);
  } finally {
    await started.stop();
  }
}

/** Connects, lets `run` work and ends the connection. */
export async function withClient<T>(
  connection: ClientConfig,
  run: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    ...connection,
    application_name: "redflag-backup",
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
  });
  // Whatever is under way rejects by itself.
  client.on("error", () => {});
  await client.connect().catch((error: unknown) => {
    throw explainConnectionError(error, connection);
  });
  try {
    return await run(client);
  } finally {
    await client.end().catch(() => {});
  }
}
