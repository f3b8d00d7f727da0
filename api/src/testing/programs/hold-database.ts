import { startEmbeddedPostgres } from "../../database/embedded/start.js";
import { silentLog } from "../silent-log.js";

/** Owns the embedded database of the folder in argv until it is killed; prints one line of JSON when it runs. */
const [, , dataDir = ""] = process.argv;
const server = await startEmbeddedPostgres({ dataDir, log: silentLog });
process.stdout.write(`${JSON.stringify({ pid: server.pid, connection: server.connection })}\n`);
process.once("SIGTERM", () => void server.stop().then(() => process.exit(0)));
setInterval(() => {}, 60_000);
