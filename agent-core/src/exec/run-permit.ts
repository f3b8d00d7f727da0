import type { Survivor } from "./process-identity.js";

/** What the step that is running now allows its commands. */
export interface RunPermit {
  /** For the audit log and for refusals, for example "scan". */
  readonly step: string;
  readonly mayMutate: "nothing" | "index" | "machine";
  /** Aborted with a PluginError as reason. */
  readonly signal: AbortSignal;
  /** A folder for the output of processes that outlive the agent. */
  readonly folder: string;
  /** Called in the same turn in which a process that outlives the agent was started. */
  onSurvivorStarted(survivor: Survivor): void;
}

/** The steps of one plugin that are running now, by the id that their calls carry. */
export class RunPermits {
  readonly #permits = new Map<string, RunPermit>();

  open(runId: string, permit: RunPermit): void {
    this.#permits.set(runId, permit);
  }

  find(runId: string): RunPermit | undefined {
    return this.#permits.get(runId);
  }

  close(runId: string): void {
    this.#permits.delete(runId);
  }
}
