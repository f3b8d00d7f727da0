import type { ClientConfig } from "pg";
import { Migration } from "@mikro-orm/migrations";
import { connectDatabase } from "../../database/connect.js";
import { migrations } from "../../database/migrations/index.js";
import { migrate } from "../../database/migrations/migrate.js";
import { silentLog } from "../silent-log.js";

/** Migrates the database of argv and stands still in the last of one migration too many, until it is killed. */
class Endless extends Migration {
  override up(): void {
    this.addSql("create table half_done (id int)");
    this.addSql("select pg_sleep(600)");
  }
}

const connection = JSON.parse(process.argv[2] ?? "{}") as ClientConfig;
const database = await connectDatabase({ connection, entities: [], log: silentLog });
const settings = database.orm.config.get("migrations");
const list = [...migrations, { name: "9999-endless", class: Endless }];
database.orm.config.set("migrations", { ...settings, migrationsList: list });
process.stdout.write(`${JSON.stringify("begins")}\n`);
await migrate(database);
