import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

import { endProcess } from "./end-process.ts";
import { freePort } from "./free-port.ts";

/** What the server says once it serves. */
export interface Ready {
  readonly type: "ready";
  readonly url: string;
  readonly setupCode?: string;
  readonly registrationToken?: string;
}

/** Where a server keeps its data. */
export interface ServerSettings {
  /** Folder of its own; for the embedded database it must be reachable by an unprivileged user. */
  readonly dataDir: string;
  /** A PostgreSQL server's database. Absent: the embedded database. */
  readonly databaseUrl?: string | undefined;
  /** Added to its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

const MAIN = path.resolve(import.meta.dirname, "../../api/dist/main.js");
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;

/** The built server as its own process, the way a supervisor runs it; it can be killed and started again. */
export class RedflagServer implements AsyncDisposable {
  readonly #settings: ServerSettings;
  readonly #port: number;
  #child: ChildProcess | undefined;
  #output = "";

  private constructor(settings: ServerSettings, port: number) {
    this.#settings = settings;
    this.#port = port;
  }

  static async start(settings: ServerSettings): Promise<{ server: RedflagServer; ready: Ready }> {
    const server = new RedflagServer(settings, await freePort());
    return { server, ready: await server.start() };
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The running process. */
  get process(): ChildProcess {
    if (!this.#child) throw new Error("The server was never started.");
    return this.#child;
  }

  /** What it printed so far, over all its lives. */
  get output(): string {
    return this.#output;
  }

  /** Starts it on the same port and data as before. */
  async start(): Promise<Ready> {
    const child = spawn(process.execPath, [MAIN, "serve"], {
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: process.env["HOME"] ?? "/",
        SERVER_PORT: String(this.#port),
        REDFLAG_DATA_DIR: this.#settings.dataDir,
        REDFLAG_LOCAL_AGENT: "1",
        ...(this.#settings.databaseUrl ? { DATABASE_URL: this.#settings.databaseUrl } : {}),
        ...this.#settings.env,
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    }
    const ready = once(child, "message", { signal: AbortSignal.timeout(START_LIMIT_MS) });
    const ended = once(child, "exit").then(([code, signal]) => {
      throw new Error(`The server ended with ${signal ?? code}:\n${this.#output}`);
    });
    const first = await Promise.race([ready, ended]);
    ended.catch(() => {});
    return first[0] as Ready;
  }

  /** Ends it as a power cut would: nothing of it runs on, nothing is said. */
  async killHard(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    if (!this.#child) return;
    await endProcess(this.#child, signal, STOP_LIMIT_MS).catch((error: unknown) => {
      throw new Error(`The server was killed: ${String(error)}\n${this.#output}`, { cause: error });
    });
  }
}
