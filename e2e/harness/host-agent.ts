import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { FakeRoot } from "../worlds/apt-fake-root.js";
import { endProcess } from "./end-process.ts";

const MAIN = path.resolve(import.meta.dirname, "../../agent-core/dist/main.js");
const STOP_LIMIT_MS = 30_000;

/** The built agent on this machine, which looks after a fake root. */
export class HostAgent implements AsyncDisposable {
  /** Added to the environment of what starts from now on. */
  readonly env: Record<string, string>;
  readonly #dir: string;
  #child: ChildProcess | undefined;
  #output = "";

  /** @param dir empty folder for its state and configuration */
  constructor(dir: string, root: FakeRoot, env: Readonly<Record<string, string>> = {}) {
    mkdirSync(dir, { recursive: true });
    this.#dir = dir;
    this.env = { ...env };
    const plugins = [{ package: "redflag-plugin-apt", config: { rootDir: root.dir } }];
    writeFileSync(path.join(dir, "config.json"), JSON.stringify({ plugins }));
  }

  /** What the resident agents printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Runs a command line to its end. */
  async cli(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const child = this.#spawn(args);
    let [stdout, stderr] = ["", ""];
    child.stdout?.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr?.on("data", (data: Buffer) => (stderr += data.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, stdout, stderr };
  }

  /** Starts the resident agent. */
  start(): void {
    const child = this.#spawn(["run"]);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data: Buffer) => (this.#output += data.toString()));
    }
    this.#child = child;
  }

  async stop(): Promise<void> {
    if (this.#child) await endProcess(this.#child, "SIGTERM", STOP_LIMIT_MS);
    this.#child = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #spawn(args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [MAIN, ...args], {
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: this.#dir,
        AGENT_CONFIG_PATH: path.join(this.#dir, "config.json"),
        REDFLAG_AGENT_STATE_DIR: path.join(this.#dir, "state"),
        ...this.env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }
}
