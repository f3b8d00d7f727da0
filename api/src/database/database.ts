import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { ClientConfig } from "pg";
import type { Log } from "./log.js";
import type { Sql } from "./sql.js";

/** Whether the database answers, as far as is known; written by `watchDatabase`. */
export interface Availability {
  /** "gone": it refuses connections. "silent": it neither answers nor refuses. */
  state: "answers" | "gone" | "silent";
}

/** An open, connected database. `query` runs single statements outside any transaction. */
export interface Database extends Sql {
  readonly orm: MikroORM;
  /** PostgreSQL's `server_version_num`, for example 180004. */
  readonly serverVersion: number;
  /** How to open one more connection of our own (LISTEN). Holds the password: never log it. */
  readonly connection: ClientConfig;
  readonly log: Log;
  readonly availability: Availability;
  /** Breaks every connection of the pool, so that what waits on one fails now. New ones are made when needed. */
  cutConnections(): void;
  /** A fresh entity manager with an empty identity map, for reads outside a transaction. */
  fork(): EntityManager;
  /** Waits for queries under way, closes the pool and, when it is ours, stops the embedded server. */
  close(): Promise<void>;
}
