import type { InstallEvent, Plan, Receipt } from "@redflag/plugin-sdk";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import {
  copyFakeRoot,
  installPins,
  makeFakeRoot,
  type FakeRoot,
} from "../../../../e2e/worlds/apt-fake-root.js";
import {
  APT_WORLD_NEEDS,
  buildAptRepository,
  closeAptRepository,
  type AptRepository,
} from "../../../../e2e/worlds/apt-repository.js";
import { hasAptWorldTools } from "../../../../e2e/worlds/apt-tools.js";
import { runTool } from "../../../../e2e/worlds/run-tool.js";
import { install } from "../install/install.js";
import { plan } from "../plan/plan.js";
import { rollback } from "../rollback/rollback.js";
import { scan } from "../scan/scan.js";
import { makeCall, makeTestContext, type TestContext, type TestContextOptions } from "./test-context.js";

/** False when this machine lacks the tools; the name of the skipped suite says how to install them. */
export const HAS_APT_WORLD = hasAptWorldTools();

/** Names a suite that needs the world. */
export const needsAptWorld = (name: string): string => `${name} (needs: ${APT_WORLD_NEEDS})`;

/** A repository, a pristine root, and as many copies of it as tests ask for. */
export interface AptWorld {
  readonly repository: AptRepository;
  /** Not to be changed. */
  readonly pristine: FakeRoot;
  /**
   * A root of its own, and a context whose commands work on it.
   *
   * @param pins `name=version` of what is installed besides, after a refresh of the index
   */
  freshRoot(
    options?: Partial<TestContextOptions>,
    pins?: readonly string[],
  ): Promise<{ root: FakeRoot; context: TestContext; dataDir: string }>;
  close(): Promise<void>;
}

/**
 * Builds the world in a temporary folder.
 *
 * @param serve gives the address that the roots use instead of a `file:` one
 */
export async function openAptWorld(
  serve?: (repository: AptRepository) => Promise<string>,
): Promise<AptWorld> {
  const dir = await mkdtemp(path.join(os.tmpdir(), "apt-plugin-"));
  const repository = await buildAptRepository(path.join(dir, "world"));
  const url = await serve?.(repository);
  const pristine = await makeFakeRoot(repository, path.join(dir, "root"), url === undefined ? {} : { url });
  let copies = 0;
  return {
    repository,
    pristine,
    async freshRoot(options = {}, pins = []) {
      copies += 1;
      const root = await copyFakeRoot(pristine, path.join(dir, `root-${copies}`));
      const dataDir = path.join(dir, `data-${copies}`);
      await mkdir(dataDir);
      if (pins.length > 0) {
        await runTool("apt-get", ["update"], { env: root.env });
        await installPins(root, pins);
      }
      const config = { rootDir: root.dir, lockTimeoutSeconds: 1, ...options.config };
      return { root, context: makeTestContext({ dataDir, ...options, config }), dataDir };
    },
    async close() {
      await closeAptRepository(repository);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Scans and plans the named packages at the candidates that were found. */
export async function planPackages(context: TestContext, keys: readonly string[]): Promise<Plan> {
  context.run.step = "scan";
  const report = await scan(context, { refresh: false }, makeCall());
  context.run.step = "plan";
  const items = report.items
    .filter(({ key }) => keys.includes(key))
    .map(({ key, candidate }) => ({ key, candidate }));
  return plan(context, { items }, makeCall());
}

/** Installs a plan to its end and checks the grammar of the events on the way. */
export async function installPlan(
  context: TestContext,
  approved: Plan,
  signal?: AbortSignal,
): Promise<{ events: InstallEvent[]; receipt: Receipt }> {
  context.run.step = "install";
  return toTheEnd(install(context, structuredClone(approved), makeCall(signal)));
}

/** Takes an installation back to its end. */
export async function rollBack(
  context: TestContext,
  receipt: Receipt,
  signal?: AbortSignal,
): Promise<{ events: InstallEvent[]; receipt: Receipt }> {
  context.run.step = "rollback";
  return toTheEnd(rollback(context, structuredClone(receipt), makeCall(signal)));
}

async function toTheEnd(
  running: AsyncIterable<InstallEvent>,
): Promise<{ events: InstallEvent[]; receipt: Receipt }> {
  const events = await Array.fromAsync(running);
  const last = events.at(-1);
  if (last?.type !== "finished") throw new Error(`The last event is ${last?.type}, not finished.`);
  return { events, receipt: last.receipt };
}
