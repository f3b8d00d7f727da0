import type {
  Call,
  FileRule,
  Files,
  Host,
  JsonValue,
  Log,
  PluginError,
  Processes,
  State,
} from "@redflag/plugin-sdk";
import { isPluginError } from "@redflag/plugin-sdk";
import { readdir, readFile, stat, statfs } from "node:fs/promises";
import path from "node:path";

import { MachineProcesses } from "../../../../e2e/worlds/machine-processes.js";
import type { AptContext } from "../apt-context.js";
import type { AptConfig } from "../config.js";
import { manifest } from "../manifest.js";
import {
  makeRuleRunner,
  type RuleRunner,
  type RuleRunnerOptions,
  type RunningMachine,
} from "./rule-runner.js";

/** A context over a real root, and the runner behind it. */
export interface TestContext extends AptContext {
  readonly run: RuleRunner;
}

/** How a test's context differs from the usual one. */
export interface TestContextOptions {
  readonly config: AptConfig;
  readonly dataDir: string;
  /** Default true. */
  readonly privileged?: boolean;
  /** Milliseconds since the epoch. Default: the real time. */
  readonly now?: () => number;
  readonly rules?: RuleRunnerOptions["rules"];
  /** Default: those of this machine. */
  readonly processes?: Processes;
  /** Changes to the facts about the machine. */
  readonly host?: Partial<Host>;
  /** Another machine, and the folder here that holds its files. Default: this one, or the configured root. */
  readonly machine?: RunningMachine & { readonly dir: string };
}

/** A machine on which nothing runs old code, whoever runs the tests. */
export const NOTHING_OLD: Processes = { findOutdated: async () => ({ processes: [], complete: true }) };

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Makes a context whose commands and files are real. */
export function makeTestContext(options: TestContextOptions): TestContext {
  const { config, dataDir, privileged = true, now = Date.now, machine } = options;
  const rules = options.rules ?? manifest.commands;
  const inMachine = machine === undefined ? {} : { machine };
  return {
    config,
    run: makeRuleRunner({ rules, config, dataDir, privileged, ...inMachine }),
    files: filesBelow(machine?.dir ?? config.rootDir ?? "/"),
    processes: options.processes ?? new MachineProcesses("/proc"),
    state: memoryState(),
    http: {
      request: () => {
        throw new Error("The apt plugin uses no network of its own.");
      },
    },
    clock: { now, sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)) },
    host: {
      platform: "linux",
      arch: process.arch,
      osId: "debian",
      osVersion: "12",
      osLike: [],
      privileged,
      container: false,
      kernel: null,
      ...options.host,
    },
    log: SILENT,
  };
}

/** A call that ends when `signal` aborts. */
export function makeCall(signal: AbortSignal = new AbortController().signal): Call {
  return { signal, deadline: Date.now() + 60_000, log: SILENT, runId: "test" };
}

/** Waits for a rejection and returns its plugin error. */
export async function refusalOf(promise: Promise<unknown>): Promise<PluginError> {
  try {
    await promise;
  } catch (error) {
    if (isPluginError(error)) return error;
    throw error;
  }
  throw new Error("It did not fail.");
}

function filesBelow(root: string): Files {
  const resolve = (file: string): string => {
    const rules: readonly FileRule[] = manifest.files;
    const isAllowed = rules.some(
      (rule) => file === rule.path || (rule.tree && file.startsWith(`${rule.path}/`)),
    );
    if (!isAllowed) throw new Error(`The manifest does not name ${file}.`);
    return path.join(root, file);
  };
  return {
    read: (file) => orNull(readFile(resolve(file), "utf8")),
    exists: async (file) => (await orNull(stat(resolve(file)))) !== null,
    async stat(file) {
      const facts = await orNull(stat(resolve(file)));
      if (facts === null) return null;
      const kind = facts.isDirectory() ? "directory" : facts.isFile() ? "file" : "other";
      return { kind, sizeBytes: facts.size, modifiedAt: facts.mtimeMs };
    },
    list: async (file) => (await orNull(readdir(resolve(file))))?.toSorted() ?? null,
    async freeBytes(file) {
      const facts = await orNull(statfs(resolve(file)));
      return facts === null ? null : facts.bavail * facts.bsize;
    },
  };
}

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  return promise.catch(() => null);
}

function memoryState(): State {
  const values = new Map<string, JsonValue>();
  return {
    get: async (key) => values.get(key),
    set: async (key, value) => void values.set(key, structuredClone(value)),
    delete: async (key) => void values.delete(key),
  };
}
