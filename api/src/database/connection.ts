import type { EntityClass } from "@mikro-orm/core";
import { connectDatabase } from "./connect.js";
import type { Database } from "./database.js";
import { parseDatabaseUrl } from "./database-url.js";
import { startEmbeddedPostgres } from "./embedded/start.js";
import { explainConnectionError, refuseOldServer } from "./explain-connection-error.js";
import type { Log } from "./log.js";

/** Which database to open. */
export interface OpenDatabaseOptions {
  /** A PostgreSQL server, 15 or later. Without it the embedded one is started. */
  databaseUrl?: string | undefined;
  /** RedFlag's data folder, for the embedded database. */
  dataDir: string;
  /** Every noun's entities, joined by the composition root. */
  entities: EntityClass<object>[];
  log: Log;
  /** Ends the start early. */
  signal?: AbortSignal;
  /** Called once when the embedded server ends without having been asked to; nothing works after that. */
  onExit?: (reason: string) => void;
}

/**
 * Opens the database that the configuration asks for; `migrate` comes next. `close()` also stops the embedded
 * server. Every failure is a `StartupError`.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  return options.databaseUrl ? openServer(options.databaseUrl, options) : openEmbedded(options);
}

async function openServer(url: string, { entities, log }: OpenDatabaseOptions): Promise<Database> {
  const connection = parseDatabaseUrl(url);
  const database = await connectDatabase({ connection, entities, log }).catch((error: unknown) => {
    throw explainConnectionError(error, connection);
  });
  try {
    refuseOldServer(database.serverVersion, connection);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openEmbedded(options: OpenDatabaseOptions): Promise<Database> {
  const { dataDir, entities, log, signal, onExit } = options;
  const server = await startEmbeddedPostgres({
    dataDir,
    log,
    ...(signal ? { signal } : {}),
    onExit: ({ exitCode, signal: by }) =>
      onExit?.(`The embedded PostgreSQL ended unexpectedly (${by ?? `exit code ${exitCode}`}).`),
  });
  try {
    return await connectDatabase({
      connection: server.connection,
      entities,
      log,
      afterClose: () => server.stop(),
    });
  } catch (error) {
    await server.stop();
    throw explainConnectionError(error, server.connection);
  }
}
