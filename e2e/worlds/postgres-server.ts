import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { freePort } from "../harness/free-port.ts";

/** A PostgreSQL server of the distribution, with a superuser, a password and nothing in it. */
export interface PostgresServer extends AsyncDisposable {
  /** Connection URL of the maintenance database, password included. */
  readonly url: string;
  /** Major version, for example 15. */
  readonly version: number;
  /** Process id of the server, whose children serve the connections. */
  readonly pid: number;
  /** Makes an empty database and returns its connection URL. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

const PROGRAMS = "/usr/lib/postgresql";
const OLDEST = 15;
const PREFIX = "redflag-postgres-";
const run = promisify(execFile);

/** Why no server can be started here, for the name of a skipped suite; nothing when one can. */
export function whyNoPostgres(): string | undefined {
  return findPrograms() ? undefined : "needs apt-get install postgresql-15";
}

/**
 * Starts a server on a free port of the loopback address, in a folder of its own. It ends with `stop`, and with this
 * process however that ends.
 *
 * @param durable true: what is committed is on the disk, as on a real server; tests need not wait for that
 * @throws Error with the server's own words when it does not start
 */
export async function startPostgresServer({ durable = false } = {}): Promise<PostgresServer> {
  const programs = findPrograms();
  if (!programs) throw new Error(`No PostgreSQL server was found: ${whyNoPostgres()}`);
  const user = unprivilegedUser();
  sweep();
  const folder = mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid}-`));
  const data = path.join(folder, "data");
  const passwordFile = path.join(folder, "password");
  const password = randomBytes(12).toString("hex");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) for (const file of [folder, passwordFile]) chownSync(file, user.uid, user.gid);

  const initdb = ["-D", data, "-U", "redflag", "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8"];
  await run(path.join(programs.folder, "initdb"), [...initdb, "--no-sync", "--locale=C.UTF-8"], {
    cwd: folder,
    ...user,
  });

  const port = await freePort();
  const fsync = durable ? "on" : "off";
  const settings = { listen_addresses: "127.0.0.1", port, unix_socket_directories: folder, fsync };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  // The server gets a fast shutdown when this process is gone, whatever the reason.
  const argv = ["--pdeathsig", "INT", path.join(programs.folder, "postgres"), "-D", data, ...options];
  const server = spawn("setpriv", argv, { cwd: folder, stdio: ["ignore", "ignore", "pipe"], ...user });
  const url = `postgresql://redflag:${password}@127.0.0.1:${port}`;

  const stop = async (): Promise<void> => {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill("SIGINT");
      await once(server, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  };
  await untilReady(server).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    url: `${url}/postgres`,
    version: programs.version,
    // The server takes the place of setpriv, which forks nothing.
    pid: server.pid ?? 0,
    createDatabase: async (name) => {
      const env = { PATH: process.env["PATH"], PGPASSWORD: password };
      const createdb = ["-h", "127.0.0.1", "-p", String(port), "-U", "redflag", name];
      await run(path.join(programs.folder, "createdb"), createdb, { env });
      return `${url}/${name}`;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Removes what killed test runs left: their folders carry the id of the process that made them. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const maker = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split("-")[0]) : 0;
    if (!maker || existsSync(`/proc/${maker}`)) continue;
    try {
      rmSync(path.join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Another user's folder is for that user to sweep.
    }
  }
}

function untilReady(server: ReturnType<typeof spawn>): Promise<void> {
  let words = "";
  return new Promise((resolve, reject) => {
    server.stderr?.on("data", (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-10_000);
      if (words.includes("ready to accept connections")) resolve();
    });
    server.on("error", reject);
    server.on("exit", (code) => reject(new Error(`PostgreSQL ended with code ${code}:\n${words}`)));
  });
}

/** The oldest server that is installed and new enough: what works there works on the newer ones. */
function findPrograms(): { folder: string; version: number } | undefined {
  const names = existsSync(PROGRAMS) ? readdirSync(PROGRAMS) : [];
  const versions = names.map(Number).filter((version) => version >= OLDEST);
  const found = versions
    .toSorted((a, b) => a - b)
    .map((version) => ({ version, folder: path.join(PROGRAMS, String(version), "bin") }));
  return found.find(({ folder }) => existsSync(path.join(folder, "postgres")));
}

/** PostgreSQL refuses to run as root. Its package made a user for it. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith("postgres:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined)
    throw new Error("The user postgres is missing: apt-get install postgresql-15");
  return { uid: Number(uid), gid: Number(gid) };
}
