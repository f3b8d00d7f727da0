import { Client, type ClientConfig } from "pg";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { connectDatabase } from "../database/connect.js";
import { startEmbeddedPostgres } from "../database/embedded/start.js";
import { migrate } from "../database/migrations/migrate.js";
import { parseDatabaseUrl } from "../database/database-url.js";
import { silentLog } from "./silent-log.js";

declare module "vitest" {
  interface ProvidedContext {
    /** A server on which every test file gets a database of its own, copied from `template`. */
    redflagTestServer: { connection: ClientConfig; template: string };
  }
}

let cleanUp = async (): Promise<void> => {};

/**
 * One PostgreSQL per run: an embedded one without fsync, or the server of REDFLAG_TEST_DATABASE_URL, whose
 * user must be allowed to create databases. A migrated template is made once, so that a test database is a
 * copy of files.
 */
export async function setup(project: TestProject): Promise<void> {
  const url = process.env["REDFLAG_TEST_DATABASE_URL"];
  const server = url ? { connection: parseDatabaseUrl(url), stop: async () => {} } : await startThrowaway();
  const template = `redflag_template_${process.pid}`;
  try {
    await runOnServer(server.connection, `create database ${template}`);
    const database = await connectDatabase({
      connection: { ...server.connection, database: template },
      entities: [],
      log: silentLog,
    });
    await migrate(database);
    await database.close();
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide("redflagTestServer", { connection: server.connection, template });
  cleanUp = async () => {
    if (url) await runOnServer(server.connection, `drop database if exists ${template} with (force)`);
    await server.stop();
  };
}

/** Stops what `setup` started. */
export async function teardown(): Promise<void> {
  await cleanUp();
}

async function startThrowaway(): Promise<{ connection: ClientConfig; stop: () => Promise<void> }> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "redflag-test-"));
  const server = await startEmbeddedPostgres({
    dataDir,
    log: silentLog,
    durable: false,
    maxConnections: 300,
  });
  return {
    connection: server.connection,
    stop: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function runOnServer(connection: ClientConfig, statement: string): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
