/**
 * Scans the machine that it runs on, as the resident agent does, in turn with what apt itself needs to tell the same; for
 * bench/w8-apt-scan.ts. Changes the modification time of dpkg's database: not for a machine that matters.
 *
 * `node scan-apt.ts ROUNDS`, with REDFLAG_AGENT_STATE_DIR naming an empty folder.
 */
import "reflect-metadata";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync, utimesSync } from "node:fs";

import { systemClock } from "../../agent-core/dist/clock/system-clock.js";
import { loadConfig } from "../../agent-core/dist/config/load-config.js";
import { processStarter } from "../../agent-core/dist/exec/start-process.js";
import { SCANNER } from "../../agent-core/dist/jobs/scanner.js";
import { silentLog } from "../../agent-core/dist/log/silent-log.js";
import { PLUGIN_HOST } from "../../agent-core/dist/plugins/plugin-host.js";
import { composeLocal } from "../../agent-core/dist/run/compose-local.js";
import { printTables } from "../report.ts";
import { median, runRounds } from "../rounds.ts";
import type { Contender } from "../rounds.ts";
import { endedCpuMs } from "../process-cpu.ts";

const STATUS = "/var/lib/dpkg/status";
const LISTS = "/var/lib/apt/lists";
const DIST_UPGRADE = ["apt-get", "-q", "-s", "-o", "Debug::NoLocking=1", "dist-upgrade"];
const rounds = Number(process.argv[2]);

const facts = {
  env: process.env,
  platform: process.platform,
  arch: process.arch,
  uid: process.getuid?.() ?? null,
  userName: "root",
  home: "/root",
  node: process.execPath,
  program: process.argv[1] ?? "",
  fileRoot: "/",
  agentVersion: "0.1.0",
  sdkVersion: "0.1.0",
  clock: systemClock,
  random: Math.random,
  starter: processStarter,
};
const file = { path: "/etc/aggregator/config.json", isNamed: false };
const agent = await composeLocal(facts, loadConfig(file, process.env, {}), silentLog);
const scanner = agent.resolve(SCANNER);
const source = agent.resolve(PLUGIN_HOST).sources.find(({ id }) => id === "apt");
if (!source) throw new Error("The apt plugin was not loaded.");
const { signal } = new AbortController();

const found = await scan();
const changed = [
  contender("apt list --upgradable", 4, () => run(["apt", "list", "--upgradable"]), touch),
  contender("apt-get -s dist-upgrade", 4, () => run(DIST_UPGRADE), touch),
  contender("our scan", 4, scan, touch),
];
const unchanged = [
  contender("our scan", 60, scan),
  contender("the plugin's part of it", 60, () => source.scan({ refresh: false }, { signal })),
  contender("limit: stat of the lists", 600, statLists),
];
for (const [what, contenders] of Object.entries({ changed, unchanged })) {
  const series = await runRounds(contenders, rounds, 2);
  process.stdout.write(`### ${found} updates pending, ${what}\n\n`);
  printTables(series, ["ms", "cpuMs"]);
}
await agent.resolve(PLUGIN_HOST).dispose();

/** Repeats the work, since a single time is at the mercy of whatever else the machine does. */
function contender(
  name: string,
  times: number,
  work: () => Promise<unknown>,
  before: () => void = () => {},
): Contender {
  return {
    name,
    async sample() {
      const elapsed: number[] = [];
      const cpuBefore = cpuMs();
      for (let time = 0; time < times; time += 1) {
        before();
        const from = performance.now();
        await work();
        elapsed.push(performance.now() - from);
      }
      return { ms: median(elapsed), cpuMs: (cpuMs() - cpuBefore) / times };
    },
  };
}

/** Of this process, and of all that it started and that has ended. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + endedCpuMs(process.pid);
}

/** @returns how many updates are pending */
async function scan(): Promise<number> {
  if (!source) return 0;
  const { status, items, failure } = await scanner.scan(source, { refresh: false, signal });
  if (status !== "COMPLETE") throw new Error(`The scan is ${status}: ${JSON.stringify(failure)}`);
  return items.length;
}

/** What an installed package leaves behind as far as apt and we look: a database that is newer than the caches. */
function touch(): void {
  const now = new Date();
  utimesSync(STATUS, now, now);
}

async function run([command = "", ...args]: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: "ignore" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}.`);
}

async function statLists(): Promise<void> {
  for (const name of readdirSync(LISTS)) statSync(`${LISTS}/${name}`);
}
