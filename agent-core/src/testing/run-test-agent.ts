import path from "node:path";
import type { DependencyContainer } from "tsyringe";
import { systemClock } from "../clock/system-clock.js";
import { loadConfig } from "../config/load-config.js";
import { processStarter } from "../exec/start-process.js";
import type { Log } from "../log/log.js";
import { silentLog } from "../log/silent-log.js";
import { composeLocal } from "../run/compose-local.js";
import type { ProcessFacts } from "../run/process-facts.js";
import { runAgent } from "../run/run-agent.js";

/** The facts of the process that tests run in, with a machine in a folder. */
export function testFacts(env: Record<string, string> = {}, fileRoot = "/"): ProcessFacts {
  return {
    env,
    platform: "linux",
    arch: "x64",
    uid: process.getuid?.() ?? null,
    home: "/nonexistent",
    userName: "tester",
    fileRoot,
    node: process.execPath,
    program: "/nonexistent/main.js",
    agentVersion: "0.1.0",
    sdkVersion: "0.1.0",
    clock: systemClock,
    random: () => 0.5,
    starter: processStarter,
  };
}

/** What an agent is given instead of the usual. */
export interface TestParts extends Partial<ProcessFacts> {
  readonly log?: Log;
}

/** A resident agent in this process. */
export interface TestAgent {
  readonly container: DependencyContainer;
  /** Ends the agent and waits for it. @throws what the agent threw */
  stop(): Promise<void>;
  /** Resolves when the agent has ended by itself or was stopped. */
  readonly ended: Promise<void>;
}

/** Starts an agent whose state lies below `root`. */
export async function startTestAgent(
  root: string,
  settings: Readonly<Record<string, unknown>>,
  parts: TestParts = {},
): Promise<TestAgent> {
  const container = await composeTestAgent(root, settings, parts);
  const controller = new AbortController();
  const ended = runAgent(container, controller.signal);
  ended.catch(() => undefined);
  return {
    container,
    ended,
    stop: () => {
      controller.abort();
      return ended;
    },
  };
}

/** What an agent whose state lies below `root` is made of; `undefined` takes a setting away. */
export async function composeTestAgent(
  root: string,
  settings: Readonly<Record<string, unknown>>,
  parts: TestParts = {},
): Promise<DependencyContainer> {
  const flags = { stateDir: path.join(root, "state"), registrationToken: "let-me-in", ...settings };
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  const config = loadConfig(
    { path: path.join(root, "config.json"), isNamed: false },
    {},
    Object.fromEntries(given),
  );
  return composeLocal({ ...testFacts(), ...parts }, config, parts.log ?? silentLog);
}
