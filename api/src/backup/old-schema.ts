import type { Client } from "pg";
import type { Database } from "../database/database.js";
import type { MigrationStep } from "../database/migrations/index.js";
import { quoteAll, readTables } from "./read-schema.js";

/** Lives only inside the restore's transaction. */
const OLD = "redflag_restore";

/**
 * Builds the schema of an older version beside the current one and makes it the one that unqualified names mean,
 * so that old rows can be put where they fit and then be migrated as any old database is.
 */
export async function buildOldSchema(
  client: Client,
  database: Database,
  migrations: readonly string[],
): Promise<void> {
  await client.query(`create schema ${OLD}`);
  await client.query(`set local search_path to ${OLD}`);
  await runSteps(
    client,
    database,
    stepsOf(database).filter(({ name }) => migrations.includes(name)),
  );
}

/** Migrates the old schema's rows up and moves them over. */
export async function moveIntoCurrentSchema(
  client: Client,
  database: Database,
  migrations: readonly string[],
): Promise<void> {
  await runSteps(
    client,
    database,
    stepsOf(database).filter(({ name }) => !migrations.includes(name)),
  );
  const tables = await readTables(client);
  await client.query("set local search_path to default");
  await client.query("set constraints all deferred");
  for (const { name, columns } of tables) {
    const list = quoteAll(columns);
    await client.query(
      `insert into ${quoteAll([name])} (${list}) overriding system value select ${list} from ${OLD}.${quoteAll([name])}`,
    );
  }
  await client.query("set constraints all immediate");
  await client.query(`drop schema ${OLD} cascade`);
}

/** This version's migrations, oldest first. */
export function stepsOf(database: Database): MigrationStep[] {
  return (database.orm.config.get("migrations").migrationsList ?? []) as MigrationStep[];
}

async function runSteps(client: Client, database: Database, steps: readonly MigrationStep[]): Promise<void> {
  for (const step of steps) {
    const migration = new step.class(database.orm.em.getDriver(), database.orm.config);
    await migration.up();
    for (const query of migration.getQueries()) await client.query(query as string);
  }
}
