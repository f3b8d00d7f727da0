// usage: node e2e/worlds/with-postgres.ts COMMAND ARGUMENT…
// Runs a command with REDFLAG_TEST_DATABASE_URL pointing at a PostgreSQL server of the distribution, and ends the
// server with it.
import { spawn } from "node:child_process";
import { once } from "node:events";

import { startPostgresServer } from "./postgres-server.ts";

const [command, ...args] = process.argv.slice(2);
if (command === undefined) throw new Error("usage: with-postgres.ts COMMAND ARGUMENT…");

await using server = await startPostgresServer();
const env = { ...process.env, REDFLAG_TEST_DATABASE_URL: server.url };
const child = spawn(command, args, { env, stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
const [code] = (await once(child, "exit")) as [number | null];
process.exitCode = code ?? 1;
