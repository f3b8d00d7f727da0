import { randomBytes } from "node:crypto";
import type { EntityClass } from "@mikro-orm/core";
import { Client, type ClientConfig } from "pg";
import { inject } from "vitest";
import { connectDatabase } from "../database/connect.js";
import type { Database } from "../database/database.js";
import type { Log } from "../database/log.js";
import { silentLog } from "./silent-log.js";

/** A database of a test's own. */
export interface TestDatabase extends Database {
  /** Opens one more client on it, for what must happen outside the pool. The caller ends it. */
  openClient(): Promise<Client>;
  /** Closes the pool and drops the database. Also what `await using` does. */
  drop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a test may want otherwise than usual. */
export interface TestDatabaseOptions {
  /** Starts from nothing instead of from the migrated template. */
  empty?: boolean;
  /** Entities that the test uses through `em`. Default none. */
  entities?: EntityClass<object>[];
  log?: Log;
  poolSize?: number;
}

/**
 * Makes a migrated database of its own and connects to it: `await using database = await
 * createTestDatabase()`, or `beforeAll`/`afterAll` with `drop()`. Works in every test of the api project.
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { connection: server, template } = inject("redflagTestServer");
  const name = `redflag_test_${process.pid}_${randomBytes(4).toString("hex")}`;
  await onServer(server, `create database ${name} template ${options.empty ? "template0" : template}`);
  const connection = { ...server, database: name };
  const { entities = [], log = silentLog, poolSize = 10 } = options;
  const database = await connectDatabase({ connection, entities, log, poolSize });
  const drop = async () => {
    await database.close();
    await onServer(server, `drop database ${name} with (force)`);
  };
  const openClient = async () => {
    const client = new Client(connection);
    await client.connect();
    return client;
  };
  return { ...database, openClient, drop, [Symbol.asyncDispose]: drop };
}

async function onServer(connection: ClientConfig, statement: string): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
