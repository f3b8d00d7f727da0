import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { connectDatabase } from "../database/connect.js";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "../database/embedded/start.js";
import { migrate } from "../database/migrations/migrate.js";
import { modules } from "../modules.js";
import type { TestDatabase } from "./database.js";
import { silentLog } from "./silent-log.js";

/** A PostgreSQL of a test's own, which may be killed, frozen and started again. */
export interface OwnPostgres extends AsyncDisposable {
  /** Its migrated database; `drop` only closes the pool. */
  readonly database: TestDatabase;
  /** Immediate stop: nothing is finished, nobody is told. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** All of its processes stand still, and nobody is refused. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

/** Starts one. It keeps every promise about what was committed. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "redflag-own-"));
  await chmod(dataDir, 0o755);
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir, log: silentLog });
  const { connection } = server;
  const entities = modules.flatMap((module) => [...module.entities]);
  const opened = await connectDatabase({ connection, entities, log: silentLog });
  await migrate(opened);
  const openClient = async (): Promise<Client> => {
    const client = new Client(connection);
    client.on("error", () => {});
    await client.connect();
    return client;
  };
  const drop = (): Promise<void> => opened.close();
  let frozen: number[] = [];
  return {
    database: { ...opened, openClient, drop, [Symbol.asyncDispose]: drop },
    async kill() {
      process.kill(server.pid, "SIGQUIT");
      await server.exited;
      await server.stop();
    },
    async start() {
      server = await startEmbeddedPostgres({ dataDir, log: silentLog });
    },
    async freeze() {
      frozen = [server.pid, ...(await childrenOf(server.pid))];
      for (const pid of frozen) process.kill(pid, "SIGSTOP");
    },
    async thaw() {
      for (const pid of frozen.splice(0)) process.kill(pid, "SIGCONT");
    },
    async [Symbol.asyncDispose]() {
      for (const pid of frozen) process.kill(pid, "SIGCONT");
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.trim().split(" ").map(Number);
}
