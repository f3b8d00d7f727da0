import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { CHECK_IN } from "../agent-core/dist/protocol/operations.js";
import { RedflagServer } from "../e2e/harness/redflag-server.ts";
import type { DatabaseServer } from "./databases.ts";
import { Fleet } from "./fleet.ts";
import type { LoadGenerator, LoadRequest } from "./load.ts";
import { treeCpuMs } from "./process-cpu.ts";
import type { BaselineWay } from "./programs/baseline-ways.ts";
import type { Contender } from "./rounds.ts";

/** A server that agents report to, and the processes that it costs. */
export interface ReportServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly databasePid: number;
  /** @returns tokens of agents that it knows, and that have told their sources */
  enrol(count: number): Promise<string[]>;
}

const BASELINE = path.join(import.meta.dirname, "programs/baseline-server.ts");

/** The built RedFlag. */
export async function openRedflag(server: DatabaseServer, load: LoadGenerator): Promise<ReportServer> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), "redflag-bench-"));
  const databaseUrl = await server.createDatabase("bench-redflag");
  const started = await RedflagServer.start({ dataDir, databaseUrl, env: { REDFLAG_LOG_LEVEL: "warn" } });
  const { url, process } = started.server;
  const fleet = await Fleet.open(url, started.ready.setupCode);
  return {
    url,
    pid: process.pid ?? 0,
    databasePid: server.pid,
    async enrol(count) {
      const tokens = await fleet.enrol(count);
      const input = { sources: [{ source: "apt" }] };
      const requests = tokens.map((accessToken) => ({
        query: String(CHECK_IN),
        variables: { input },
        accessToken,
      }));
      await (await load.prepare({ url, requests })).run();
      return tokens;
    },
    async [Symbol.asyncDispose]() {
      await started.server.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** A server that does nothing but this. */
export async function openBaseline(server: DatabaseServer, way: BaselineWay): Promise<ReportServer> {
  const databaseUrl = await server.createDatabase(`bench-${way}`);
  const child = fork(BASELINE, [way], { env: { ...process.env, DATABASE_URL: databaseUrl } });
  const ended = once(child, "exit").then(() => Promise.reject(new Error(`The baseline ${way} ended.`)));
  const [url] = (await Promise.race([once(child, "message"), ended])) as [string];
  ended.catch(() => {});
  return {
    url,
    pid: child.pid ?? 0,
    databasePid: server.pid,
    enrol: async (count) => Array.from({ length: count }, () => randomUUID()),
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await once(child, "exit");
    },
  };
}

/**
 * Measures what requests cost: CPU of the server and of its database per request, and how many there are in a second.
 *
 * @param next the requests of one sample
 */
export function requestContender(
  name: string,
  server: ReportServer,
  load: LoadGenerator,
  next: () => Promise<readonly LoadRequest[]>,
): Contender {
  return {
    name,
    async sample() {
      const requests = await next();
      const ready = await load.prepare({ url: server.url, requests });
      const before = [treeCpuMs(server.pid), treeCpuMs(server.databasePid)] as const;
      const milliseconds = await ready.run();
      const serverCpuMs = (treeCpuMs(server.pid) - before[0]) / requests.length;
      const databaseCpuMs = (treeCpuMs(server.databasePid) - before[1]) / requests.length;
      const cpuMs = serverCpuMs + databaseCpuMs;
      return { serverCpuMs, databaseCpuMs, cpuMs, perSecond: (requests.length / milliseconds) * 1000 };
    },
  };
}

/** What {@link requestContender} measures, the whole first. */
export const REQUEST_MEASURES = ["cpuMs", "serverCpuMs", "databaseCpuMs", "perSecond"] as const;
