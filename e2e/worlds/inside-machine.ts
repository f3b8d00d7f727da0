import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { Finished, Running } from "./inside.ts";
import { startInside } from "./inside.ts";

/** How to run something inside. */
export interface InsideOptions {
  /** The whole environment, on top of PATH, HOME and LC_ALL. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A machine in namespaces of this one, reached through its first process. */
export abstract class InsideMachine implements AsyncDisposable {
  /** Process id, as seen here, of the first process inside. */
  abstract get pid(): number;

  /** Ends every process inside at once and removes every trace. */
  abstract stop(): Promise<void>;

  /** A path inside as this process can open it. */
  outside(file: string): string {
    return path.join(`/proc/${this.pid}/root`, file);
  }

  read(file: string): string {
    return readFileSync(this.outside(file), "utf8");
  }

  write(file: string, text: string): void {
    mkdirSync(path.dirname(this.outside(file)), { recursive: true });
    writeFileSync(this.outside(file), text);
  }

  /** Replaces every apt source inside. */
  useSources(sourcesList: string): void {
    this.write("/etc/apt/sources.list", sourcesList);
  }

  /** Starts something that runs for a while. */
  start(argv: readonly string[], options: InsideOptions = {}): Running {
    return startInside(this.pid, argv, options.env ?? {});
  }

  /** Runs a command to its end and keeps what it printed. Never throws for an exit code. */
  async run(argv: readonly string[], options: InsideOptions = {}): Promise<Finished> {
    return this.start(argv, options).finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
