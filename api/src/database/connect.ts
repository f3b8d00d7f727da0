import type { EntityClass } from "@mikro-orm/core";
import { MikroORM } from "@mikro-orm/postgresql";
import type { ClientConfig, Pool } from "pg";
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

/** What a client of the pool has beside its types. */
interface Breakable {
  connection: { stream: { destroy(): void } };
}

/** Opens the pool and the ORM. Errors are pg's own; `explain-connection-error.ts` puts them in words. */
export async function connectDatabase(input: ConnectInput): Promise<Database> {
  const { connection, entities, log, poolSize = 10, afterClose } = input;
  const clients = new Set<Breakable>();
  const onPoolCreated = (pool: Pool): void => {
    pool.on("connect", (client) => void clients.add(client as unknown as Breakable));
    pool.on("remove", (client) => void clients.delete(client as unknown as Breakable));
  };
  const orm = await MikroORM.init(ormConfig({ connection, entities, poolSize, log, onPoolCreated }));
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
      availability: { state: "answers" },
      cutConnections: () => {
        for (const client of clients) client.connection.stream.destroy();
      },
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
