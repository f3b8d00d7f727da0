import { createHash } from "node:crypto";
import type { Database } from "../database.js";
import { runSql, type Executor } from "../sql.js";
import { StartupError } from "../startup-error.js";
import { migrations, type MigrationStep } from "./index.js";

/**
 * Refuses a database whose migrations had other contents than this version's, as those of a development version
 * may have: its tables would be others than the programs believe. Throws `DATABASE_DIFFERS`.
 */
export async function refuseOtherContents(executor: Executor, database: Database): Promise<void> {
  await runSql(executor, "alter table schema_migrations add column if not exists digest text");
  const executed = await runSql<{ name: string; digest: string | null }>(
    executor,
    "select name, digest from schema_migrations order by id",
  );
  for (const { name, digest } of executed) {
    const step = migrations.find((one) => one.name === name);
    if (!step || digest === (await digestOf(step, database))) continue;
    throw new StartupError(
      "DATABASE_DIFFERS",
      `The database was made by another build of RedFlag, before a release: its migration ${name} is not this version's. Start that build again, or begin with an empty data folder (REDFLAG_DATA_DIR) or database (DATABASE_URL); agents then enrol anew.`,
    );
  }
}

/** Remembers the contents of the migrations that were just run. */
export async function noteContents(
  executor: Executor,
  database: Database,
  ran: readonly { name: string }[],
): Promise<void> {
  for (const { name } of ran) {
    const step = migrations.find((one) => one.name === name);
    if (!step) continue;
    await runSql(executor, "update schema_migrations set digest = $2 where name = $1", [
      name,
      await digestOf(step, database),
    ]);
  }
}

/** SHA-256 in hex over the step's statements; how they are laid out does not count. */
async function digestOf(step: MigrationStep, database: Database): Promise<string> {
  const migration = new step.class(database.orm.em.getDriver(), database.orm.config);
  await migration.up();
  const statements = migration.getQueries().map((query) => String(query).replaceAll(/\s+/g, " ").trim());
  return createHash("sha256").update(statements.join("\n")).digest("hex");
}
