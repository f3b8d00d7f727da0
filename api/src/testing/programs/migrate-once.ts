import type { ClientConfig } from "pg";
import { connectDatabase } from "../../database/connect.js";
import { migrate } from "../../database/migrations/migrate.js";
import { silentLog } from "../silent-log.js";

/** Migrates the database whose connection stands in argv as JSON and prints the names of what it ran. */
const connection = JSON.parse(process.argv[2] ?? "{}") as ClientConfig;
const database = await connectDatabase({ connection, entities: [], log: silentLog });
const ran = await migrate(database);
process.stdout.write(`${JSON.stringify(ran)}\n`);
await database.close();
