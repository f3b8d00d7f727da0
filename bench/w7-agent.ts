/**
 * W7: what the agent costs its machine: memory at rest and in a scan, CPU of a wake without work; resident, and as one
 * shot by a timer; beside a Node that does nothing. On a real Debian machine with sixty pending updates and a real server.
 *
 * `node bench/w7-agent.ts [rounds]` as root in a built checkout. A round takes a minute.
 */
import { writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { addApiToken, setUpFirstAdmin } from "../e2e/harness/first-admin.ts";
import { eventually } from "../e2e/harness/eventually.ts";
import { RedflagServer } from "../e2e/harness/redflag-server.ts";
import { CHECKOUT_INSIDE } from "../e2e/worlds/debian-root.ts";
import { makePackagesOld } from "../e2e/worlds/old-packages.ts";
import { bootAptMachine, NODE_INSIDE } from "./apt-machine.ts";
import { startWatched, type Watched, watchMemory } from "./watched-process.ts";
import { endedCpuMs, threadsCpuMs } from "./process-cpu.ts";
import { processMemory } from "./process-memory.ts";
import { printTables } from "./report.ts";
import { runRounds } from "./rounds.ts";

const CHECK_IN_SECONDS = 5;
const REST_MS = 25_000;
const SHOTS = 3;
const STATUS = "/var/lib/dpkg/status";
const AGENTS = "{ agents { nodes { id } } }";
const START_SCAN = "mutation ($input: StartScanInput!) { startScan(input: $input) { errors { message } } }";
const AGENT = [NODE_INSIDE, `${CHECKOUT_INSIDE}/agent-core/dist/main.js`];
const rounds = Number(process.argv[2] ?? 5);

await using machine = await bootAptMachine("bench-agent");
makePackagesOld(machine, 60);
const dataDir = await mkdtemp(path.join(os.tmpdir(), "redflag-bench-"));
await chmod(dataDir, 0o755);
const serverEnv = { REDFLAG_CHECK_IN_SECONDS: String(CHECK_IN_SECONDS), REDFLAG_LOG_LEVEL: "debug" };
const { server, ready } = await RedflagServer.start({ dataDir, env: serverEnv });
const cookie = await setUpFirstAdmin(server.url, ready.setupCode);
const script = await addApiToken(server.url, cookie, ["AGENTS_READ", "UPDATES_PLAN"]);
const env = {
  REDFLAG_SERVER_URL: server.url,
  REDFLAG_REGISTRATION_TOKEN: ready.registrationToken ?? "",
  REDFLAG_AGENT_STATE_DIR: "/var/lib/aggregator",
};

try {
  const series = await runRounds(
    [
      { name: "node -e 0", sample: () => shots([NODE_INSIDE, "-e", "0"]) },
      { name: "agent, one shot without work", sample: () => shots([...AGENT, "run", "--once"]) },
      { name: "agent, resident, at rest", sample: rest },
      { name: "agent, resident, in a scan", sample: scan },
    ],
    rounds,
  );
  printTables(series, ["residentMiB", "privateDirtyMiB", "cpuMs"]);
} finally {
  await server.stop();
  await rm(dataDir, { recursive: true });
}

/** Runs a program to its end some times: the most memory, and the mean CPU time of the whole. */
async function shots(argv: readonly string[]): Promise<Record<string, number>> {
  const peaks = [];
  const before = endedCpuMs(process.pid);
  for (let shot = 0; shot < SHOTS; shot += 1) {
    const { running, pid } = await startWatched(machine, argv, env);
    peaks.push(await watchMemory(pid, running.finished));
    const { code } = await running.finished;
    if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}:\n${running.output()}`);
  }
  const cpuMs = (endedCpuMs(process.pid) - before) / SHOTS;
  return {
    residentMiB: Math.max(...peaks.map((peak) => peak.residentMiB)),
    privateDirtyMiB: Math.max(...peaks.map((peak) => peak.privateDirtyMiB)),
    cpuMs,
  };
}

/** Memory between two check-ins, and the CPU time of one. */
async function rest(): Promise<Record<string, number>> {
  await using agent = await resident();
  const [cpuBefore, wakesBefore] = [threadsCpuMs(agent.pid), answered()];
  await sleep(REST_MS);
  const { residentMiB, privateDirtyMiB } = processMemory(agent.pid);
  const cpuMs = (threadsCpuMs(agent.pid) - cpuBefore) / (answered() - wakesBefore);
  return { residentMiB, privateDirtyMiB, cpuMs };
}

/** The most memory while a scan asks apt everything. */
async function scan(): Promise<Record<string, number>> {
  await using agent = await resident();
  // From here on the kernel counts the peak anew.
  writeFileSync(`/proc/${agent.pid}/clear_refs`, "5");
  // A database that was written anew is a changed one to the agent.
  machine.write(STATUS, machine.read(STATUS));
  const { agents } = await script.run<{ agents: { nodes: { id: string }[] } }>(AGENTS);
  const input = { agentIds: agents.nodes.map(({ id }) => id), refresh: false };
  const over = scansFinished(agent, 2);
  await script.run(START_SCAN, { input });
  return { ...(await watchMemory(agent.pid, over)) };
}

/** An agent whose first scan is over and known to the server. */
async function resident(): Promise<Watched & AsyncDisposable> {
  const agent = await startWatched(machine, [...AGENT, "run"], env);
  await scansFinished(agent, 1);
  await sleep(2 * CHECK_IN_SECONDS * 1000);
  return {
    ...agent,
    async [Symbol.asyncDispose]() {
      agent.running.kill("SIGTERM");
      await agent.running.finished;
    },
  };
}

async function scansFinished({ running }: Watched, count: number): Promise<void> {
  const finished = async (): Promise<number> => running.output().split("scan finished").length - 1;
  await eventually("The scan's end", finished, (scans) => scans >= count);
}

/** How many requests the server has answered: all of them come from the agent. */
function answered(): number {
  return server.output.split('"Answered"').length;
}
