import { ReflectMetadataProvider } from "@mikro-orm/decorators/legacy";
import { defineConfig, type Options } from "@mikro-orm/postgresql";
import type { EntityClass } from "@mikro-orm/core";
import type { ClientConfig, Pool } from "pg";
import type { Log } from "./log.js";
import { migrations } from "./migrations/index.js";

/** No statement of the API is meant to run longer; a client has given up by then. Milliseconds. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** Nothing waits for people inside a transaction, so an idle one is a bug that holds locks. Milliseconds. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** What the pool's connections have in common, beside where they go. */
export const sessionSettings = {
  application_name: "redflag",
  statement_timeout: STATEMENT_TIMEOUT_MS,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  keepAlive: true,
} satisfies ClientConfig & { connectionTimeoutMillis: number };

/** MikroORM's configuration for a reachable database. */
export function ormConfig(input: {
  connection: ClientConfig;
  entities: EntityClass<object>[];
  poolSize: number;
  log: Log;
  onPoolCreated: (pool: Pool) => void;
}): Options {
  const { connection, log, onPoolCreated } = input;
  return defineConfig({
    entities: input.entities,
    metadataProvider: ReflectMetadataProvider,
    dbName: connection.database ?? "redflag",
    driverOptions: { ...connection, ...sessionSettings, onPoolCreated },
    pool: { min: 0, max: input.poolSize, idleTimeoutMillis: 30_000 },
    ensureDatabase: false,
    discovery: { warnWhenNoEntities: false },
    allowGlobalContext: false,
    colors: false,
    logger: (message) => log.debug({ from: "mikro-orm" }, message),
    migrations: {
      migrationsList: migrations,
      tableName: "schema_migrations",
      snapshot: false,
      disableForeignKeys: false,
      silent: true,
    },
  });
}
