import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Client } from "pg";

import { startEmbeddedPostgres } from "../api/dist/database/embedded/start.js";
import { startPostgresServer } from "../e2e/worlds/postgres-server.ts";

/** A durable database server that every contender gets a database of its own on. */
export interface DatabaseServer extends AsyncDisposable {
  readonly name: string;
  /** Of the server, whose children serve the connections. */
  readonly pid: number;
  /** Makes an empty database and returns its connection URL. */
  createDatabase(name: string): Promise<string>;
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** A PostgreSQL server of the distribution, with fsync. */
export async function openPostgresServer(): Promise<DatabaseServer> {
  const server = await startPostgresServer({ durable: true });
  return {
    name: `PostgreSQL ${server.version} server`,
    pid: server.pid,
    createDatabase: (name) => server.createDatabase(name),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** The PostgreSQL that comes with RedFlag, with the settings that RedFlag gives it. */
export async function openEmbeddedServer(): Promise<DatabaseServer> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), "redflag-bench-"));
  // As root the database runs as an unprivileged user, who has to pass through.
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir, log: SILENT });
  const { host, port, user, database } = server.connection;
  const urlOf = (name: string): string => `postgresql://${user}@/${name}?host=${host}&port=${port}`;
  return {
    name: "embedded database",
    pid: server.pid,
    async createDatabase(name) {
      const admin = new Client({ connectionString: urlOf(database) });
      await admin.connect();
      try {
        await admin.query(`create database "${name}"`);
      } finally {
        await admin.end();
      }
      return urlOf(name);
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}
