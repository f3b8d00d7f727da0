import type { Chunk } from "./chunk-queue.js";
import type { ProcessLimits } from "./limits.js";
import type { ProcessIdentity } from "./process-identity.js";

/** One process to start: everything is fixed before, nothing is looked up. */
export interface ProcessRequest {
  /** The real file, absolute. */
  readonly file: string;
  readonly argv: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the program gets an extra pipe as file descriptor 3. */
  readonly hasStatusFd: boolean;
  /** Ends the process group when it aborts; ignored when the process is not interruptible. */
  readonly signal: AbortSignal;
  /**
   * Absent: an ordinary child, whose group is ended with the agent's consent. Given: the process is never signalled,
   * writes into files of this folder, and outlives the agent.
   */
  readonly surviveIn?: string;
  readonly limits: ProcessLimits;
  /** Called in the same turn in which the process started. */
  onStarted?(identity: ProcessIdentity): void;
}

/** How a process ended. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Output beyond the cap was dropped. */
  readonly truncated: boolean;
}

/** Starts processes. The generator yields output and returns the end; leaving it early ends the process. */
export interface ProcessStarter {
  start(request: ProcessRequest): AsyncGenerator<Chunk, ProcessEnd, undefined>;
}
