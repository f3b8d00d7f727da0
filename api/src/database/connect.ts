import type { EntityClass } from "@mikro-orm/core";
import { MikroORM } from "@mikro-orm/postgresql";
import type { ClientConfig } from "pg";
import type { Database } from "./database.js";
import type { Log } from "./log.js";
import { ormConfig } from "./orm-config.js";
import { runSql, type Sql } from "./sql.js";

/** What is needed to open a pool on a database that is known to exist. */
export interface ConnectInput {
  connection: ClientConfig;
  entities: EntityClass<object>[];
  log: Log;
  /** Connections at most. Default 10. */
  poolSize?: number;
  /** Runs after the pool has closed, for example to stop the server. */
  afterClose?: () => Promise<void>;
}

/** Opens the pool and the ORM. Errors are pg's own; `explain-connection-error.ts` puts them in words. */
export async function connectDatabase(input: ConnectInput): Promise<Database> {
  const { connection, entities, log, poolSize = 10, afterClose } = input;
  const orm = await MikroORM.init(ormConfig({ connection, entities, poolSize, log }));
  try {
    const query: Sql["query"] = (text, values, name) =>
      runSql(orm.em.getConnection().getClient(), text, values, name);
    const rows = await query<{ version: string }>("select current_setting('server_version_num') as version");
    return {
      orm,
      query,
      connection,
      log,
      serverVersion: Number(rows[0]?.version),
      fork: () => orm.em.fork({ clear: true, useContext: false }),
      close: async () => {
        await orm.close(true);
        await afterClose?.();
      },
    };
  } catch (error) {
    await orm.close(true);
    throw error;
  }
}
