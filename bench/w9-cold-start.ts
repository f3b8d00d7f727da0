/**
 * W9: from an empty folder to the first GraphQL answer, and again on the folder that is there by then; on the embedded
 * database and on a PostgreSQL server, beside a Node that does nothing. Also the memory of the whole server and the
 * longest time that its event loop stood still.
 *
 * `node bench/w9-cold-start.ts [rounds]` in a built checkout. With BENCH_DATABASE_URL naming a PostgreSQL server, whose
 * user may create databases, that is measured as well.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Client } from "pg";

import { RedflagServer } from "../e2e/harness/redflag-server.ts";
import type { ServerSettings } from "../e2e/harness/redflag-server.ts";
import { treeMemory } from "./process-memory.ts";
import { printTables } from "./report.ts";
import { runRounds } from "./rounds.ts";
import type { Contender } from "./rounds.ts";

const MONITOR = path.join(import.meta.dirname, "loop-stalls.mjs");
/** Requests during which the event loop is watched. */
const SERVED = 300;
const rounds = Number(process.argv[2] ?? 5);
const adminUrl = process.env["BENCH_DATABASE_URL"];

const contenders: Contender[] = [
  { name: "node -e 0", sample: nothing },
  ...pair("embedded database", async (dataDir) => ({ dataDir })),
];
if (adminUrl) contenders.push(...pair("PostgreSQL server", (dataDir) => onServer(adminUrl, dataDir)));
else process.stderr.write("BENCH_DATABASE_URL is not set: the PostgreSQL server is left out.\n");

const series = await runRounds(contenders, rounds);
printTables(series, ["firstAnswerMs", "proportionalMiB", "privateMiB"]);
const stalls = series.filter((entry) => entry.measure === "longestStallMs");
for (const { contender, samples } of stalls) {
  process.stdout.write(
    `${contender}: longest event-loop stall while serving ${Math.max(...samples).toFixed(0)} ms\n`,
  );
}

async function nothing(): Promise<Record<string, number>> {
  const from = performance.now();
  const child = spawn(process.execPath, ["-e", "0"], { stdio: "ignore" });
  await once(child, "exit");
  return { firstAnswerMs: performance.now() - from };
}

/** The first start on an empty folder and the next start on the same one. */
function pair(name: string, settle: (dataDir: string) => Promise<ServerSettings>): Contender[] {
  let settings: ServerSettings | undefined;
  return [
    {
      name: `${name}, empty`,
      async sample() {
        if (settings) await rm(settings.dataDir, { recursive: true });
        const dataDir = await mkdtemp(path.join(os.tmpdir(), "redflag-bench-"));
        // As root the database runs as an unprivileged user, who has to pass through.
        await chmod(dataDir, 0o755);
        settings = await settle(dataDir);
        return measureStart(settings);
      },
    },
    {
      name: `${name}, reopened`,
      async sample() {
        if (!settings) throw new Error("The folder was never filled.");
        return measureStart(settings);
      },
    },
  ];
}

async function onServer(admin: string, dataDir: string): Promise<ServerSettings> {
  const name = `bench_${path
    .basename(dataDir)
    .replaceAll(/[^a-z0-9]/gi, "")
    .toLowerCase()}`;
  const client = new Client({ connectionString: admin });
  await client.connect();
  await client.query(`create database "${name}"`);
  await client.end();
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return { dataDir, databaseUrl: url.href };
}

async function measureStart(settings: ServerSettings): Promise<Record<string, number>> {
  const env = { NODE_OPTIONS: `--import ${MONITOR}` };
  const from = performance.now();
  const started = await RedflagServer.start({ ...settings, env });
  await using server = started.server;
  await ask(server.url);
  const firstAnswerMs = performance.now() - from;
  server.process.send("watch");
  for (let index = 0; index < SERVED; index += 1) await ask(server.url);
  const told = once(server.process, "message");
  server.process.send("stalls");
  const [{ longestMs }] = (await told) as [{ longestMs: number }];
  return { firstAnswerMs, longestStallMs: longestMs, ...treeMemory(server.process.pid ?? 0) };
}

async function ask(url: string): Promise<void> {
  const answer = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ server { version } viewer { permissions } }" }),
  });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}: ${await answer.text()}`);
  await answer.json();
}
